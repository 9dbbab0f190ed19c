import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Copies the package uk.ac.manchester.tornado.api, and nothing else, from one jar into another: {@code java
 * TornadoApi.java from.jar to.jar}.
 *
 * <p>Class files compiled with --enable-preview carry minor version 65535 and load only on the JDK that compiled them.
 * What they previewed (the foreign memory API of JDK 21) is final since JDK 22, so their minor version becomes 0.
 */
class TornadoApi {
    static final String PACKAGE = "uk/ac/manchester/tornado/api/";

    public static void main(String[] args) throws IOException {
        Path from = Path.of(args[0]);
        Path to = Path.of(args[1]);
        Path unfinished = Files.createTempFile(to.toAbsolutePath().getParent(), "tornado-api", ".part");
        int classes = 0;
        int patched = 0;
        try (JarFile in = new JarFile(from.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(unfinished))) {
            var entries = in.stream()
                    .filter(e -> e.getName().startsWith(PACKAGE) && !e.isDirectory())
                    .sorted(Comparator.comparing(ZipEntry::getName))
                    .toList();
            for (var entry : entries) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class")) {
                    classes++;
                    patched += clearPreview(bytes) ? 1 : 0;
                }
                var copy = new ZipEntry(entry.getName());
                copy.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
                out.putNextEntry(copy);
                out.write(bytes);
                out.closeEntry();
            }
        }
        if (classes == 0) {
            Files.delete(unfinished);
            System.err.println("farsight: no class of " + PACKAGE + " in " + from);
            System.exit(1);
        }
        Files.setPosixFilePermissions(unfinished, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        // Another build may be reading the old jar: it keeps its file, the next one sees the new.
        Files.move(unfinished, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        System.out.println(classes + " classes, " + patched + " of them freed of their preview mark");
    }

    /** Bytes 4 and 5 of a class file are its minor version, 6 and 7 its major. */
    private static boolean clearPreview(byte[] classFile) {
        boolean preview = classFile[4] == (byte) 0xFF && classFile[5] == (byte) 0xFF;
        if (preview) {
            classFile[4] = 0;
            classFile[5] = 0;
        }
        return preview;
    }
}
