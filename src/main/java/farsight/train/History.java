package farsight.train;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import farsight.data.DataException;
import farsight.data.InputFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The tables of a run, from its first step on, over all the times that it was resumed. A missing number is NaN.
 *
 * @param steps of {@link TrainingRun#LOSSES}
 * @param evaluations of {@link TrainingRun#EVALUATIONS}
 */
public record History(List<Step> steps, List<HeldOut> evaluations) {

    /**
     * A training step.
     *
     * @param step from 0
     * @param norm of all gradients together; NaN unless they are clipped
     */
    public record Step(long step, double loss, double accuracy, double rate, double norm) {}

    /**
     * An evaluation of the held-out samples.
     *
     * @param step steps done before it
     */
    public record HeldOut(long step, double loss, double accuracy, double meanIou) {}

    /** Copies the lists. */
    public History {
        steps = List.copyOf(steps);
        evaluations = List.copyOf(evaluations);
    }

    /**
     * Reads the tables of a run that is not being written to.
     *
     * @throws DataException when one cannot be read
     */
    public static History read(Path folder) {
        return new History(
                rows(
                        folder.resolve(TrainingRun.LOSSES),
                        r -> new Step(
                                Long.parseLong(r.getField(0)), number(r, 1), number(r, 2), number(r, 3), number(r, 4))),
                rows(
                        folder.resolve(TrainingRun.EVALUATIONS),
                        r -> new HeldOut(Long.parseLong(r.getField(0)), number(r, 1), number(r, 2), number(r, 3))));
    }

    private static <R> List<R> rows(Path file, Function<CsvRecord, R> row) {
        try (CsvReader<CsvRecord> records = CsvReader.builder().ofCsvRecord(Files.newBufferedReader(file))) {
            return records.stream().skip(1).map(row).toList();
        } catch (IOException
                | UncheckedIOException
                | CsvParseException
                | NumberFormatException
                | IndexOutOfBoundsException e) {
            throw new DataException("cannot read %s: %s".formatted(file, InputFiles.reason(e)), e);
        }
    }

    private static double number(CsvRecord record, int field) {
        String text = record.getField(field);
        return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
    }
}
