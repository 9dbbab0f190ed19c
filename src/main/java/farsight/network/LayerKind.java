package farsight.network;

import farsight.block.spec.SpecException;
import farsight.block.spec.SpecFields;
import farsight.block.spec.SpecWriter;
import java.util.List;

/**
 * The entry of a kind of layer in {@link LayerKinds}.
 *
 * @param name the value of {@code "layer"} in a spec
 * @param type the layer's class
 * @param named whether the layer has parameters, and so a name
 * @param fields of its spec except {@code layer} and {@code name}
 * @param reader makes the layer from its spec, whose unknown fields were refused
 * @param writer writes every option, from which the reader makes an equal layer
 */
record LayerKind<L extends Layer>(
        String name, Class<L> type, boolean named, List<String> fields, Reader<L> reader, Writer<L> writer) {

    /** Makes a layer. */
    interface Reader<L> {
        /**
         * Reads a layer.
         *
         * @param layerName empty for a layer without parameters
         * @throws SpecException when a field is missing or wrong
         */
        L read(String layerName, SpecFields fields);
    }

    /** Writes a layer's options. */
    interface Writer<L> {
        /** Writes a layer. */
        void write(L layer, SpecWriter spec);
    }

    LayerKind {
        fields = List.copyOf(fields);
    }

    /** Writes the options of a layer of this kind. */
    void write(Layer layer, SpecWriter spec) {
        writer.write(type.cast(layer), spec);
    }
}
