package farsight.cli.output;

import farsight.data.OutputFiles;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** This process's standard output. Unlike a {@code PrintStream} it knows why a write failed. */
public final class StandardOutput extends FilterOutputStream {

    private boolean readerGone;

    /** The process's own. */
    public StandardOutput() {
        this(new FileOutputStream(FileDescriptor.out));
    }

    public StandardOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        try {
            out.write(bytes, from, count);
        } catch (IOException e) {
            readerGone |= OutputFiles.brokenPipe(e);
            throw e;
        }
    }

    /** Whether a pipe's reader ended before it had read everything, as {@code head} does. That is no error. */
    public boolean readerGone() {
        return readerGone;
    }
}
