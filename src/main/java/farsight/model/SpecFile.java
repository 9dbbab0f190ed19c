package farsight.model;

import farsight.block.Block;
import farsight.block.BlockSpec;
import farsight.block.spec.SpecException;
import farsight.data.DataException;
import farsight.data.TextInput;
import farsight.text.Utf8;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/** Block specs in files. */
public final class SpecFile {

    /** Longest spec read, in bytes; real ones have a few hundred. */
    private static final int LONGEST = 1 << 20;

    private SpecFile() {}

    /**
     * Reads a spec.
     *
     * @throws DataException when the file cannot be read
     * @throws SpecException when it holds no valid spec, naming the file
     */
    public static Block read(Path file) {
        return parse(TextInput.read(file, LONGEST, "a JSON file with a block's spec"), file.toString());
    }

    /**
     * Reads a spec to the end of a stream, which stays open.
     *
     * @param where source of the text, for messages
     * @throws DataException when it cannot be read
     * @throws SpecException when it is not a valid spec, naming {@code where}
     */
    public static Block read(InputStream in, String where) {
        try {
            return parse(Utf8.read(in, LONGEST), where);
        } catch (IOException e) {
            throw new DataException(
                    "cannot read " + where + ": " + e.getMessage() + ", expected a block's spec as JSON", e);
        }
    }

    /**
     * Reads a spec given as text.
     *
     * @param where source of the text, for messages
     * @throws SpecException when it is not a valid spec, naming {@code where}
     */
    public static Block parse(String json, String where) {
        return SpecException.placed(where, () -> BlockSpec.parse(json));
    }

    /**
     * Reads a spec that is part of a document.
     *
     * @param where source of the text, for messages
     * @throws SpecException when it is not a valid spec, naming {@code where}
     */
    public static Block parse(ObjectNode spec, String where) {
        return SpecException.placed(where, () -> BlockSpec.parse(spec));
    }
}
