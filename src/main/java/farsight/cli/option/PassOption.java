package farsight.cli.option;

import farsight.block.Pass;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --pass}. */
public final class PassOption implements ITypeConverter<Pass> {

    @Override
    public Pass convert(String text) {
        for (Pass pass : Pass.values()) {
            if (pass.toString().equals(text)) {
                return pass;
            }
        }
        throw new TypeConversionException("'" + text + "' is none of forward, both");
    }
}
