package farsight.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import farsight.data.ReadInterruptedException;
import farsight.data.Safetensors;
import farsight.data.SafetensorsFile;
import farsight.data.image.Images;
import farsight.data.points.PointClouds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt while reading is not reported as a fault of the file, and is kept. */
class InterruptedReadingTest {

    @TempDir
    Path folder;

    @AfterEach
    void calmDown() {
        Thread.interrupted();
    }

    @Test
    void anInterruptedReadIsReportedAndKeepsTheFlag() throws Exception {
        Path file = Files.writeString(folder.resolve("file.safetensors"), "anything");
        List<Consumer<Path>> readers = List.of(
                SafetensorsFile::open,
                Safetensors::read,
                Images::read,
                PointClouds::read,
                path -> Input.safetensors(path, "x"),
                path -> Input.open(path, 4, 1, ImageSize.asStored()));
        for (Consumer<Path> reader : readers) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> reader.accept(file))
                    .isInstanceOf(ReadInterruptedException.class)
                    .hasMessage("reading " + file + " was interrupted");
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
