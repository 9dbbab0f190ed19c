package farsight.network;

import farsight.block.Parameter;
import farsight.block.Statistic;
import farsight.block.spec.SpecException;
import farsight.program.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Layers, one after the other. An empty list is the identity.
 *
 * @param layers their names are unique
 */
public record Sequence(List<Layer> layers) {

    /**
     * Copies the list.
     *
     * @throws SpecException when two layers have the same name
     */
    public Sequence {
        layers = List.copyOf(layers);
        Set<String> names = new HashSet<>();
        for (Layer layer : layers) {
            if (!layer.name().isEmpty() && !names.add(layer.name())) {
                throw new SpecException("two layers are called \"%s\"; names must differ".formatted(layer.name()));
            }
        }
    }

    /** Called for each layer with what comes in. */
    public interface Visitor {
        /**
         * Visits a layer.
         *
         * @param index in the list
         * @param prefix of the names of its parameters: its name and a dot, empty without a name
         */
        void visit(int index, Layer layer, String prefix, Extents in);
    }

    /**
     * Visits the layers in order.
     *
     * @return what the last one gives
     * @throws SpecException when a layer does not accept its input, naming it
     */
    public Extents walk(Extents in, Visitor visitor) {
        Extents now = in;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            String prefix = layer.name().isEmpty() ? "" : layer.name() + ".";
            try {
                Extents next = layer.out(now);
                visitor.visit(i, layer, prefix, now);
                now = next;
            } catch (SpecException e) {
                throw e.at(label(i));
            } catch (IllegalArgumentException e) {
                throw refused(i, String.valueOf(e.getMessage()), e);
            } catch (ArithmeticException e) {
                throw refused(i, "its extents are more than a long can count", e);
            }
        }
        return now;
    }

    private SpecException refused(int index, String what, RuntimeException cause) {
        SpecException refused = new SpecException(label(index) + ": " + what);
        refused.initCause(cause);
        return refused;
    }

    /** How messages call a layer: by its number from 1, its kind and its name. */
    String label(int index) {
        Layer layer = layers.get(index);
        return "layer %d (%s%s)".formatted(index + 1, layer.kind(), layer.name().isEmpty() ? "" : " " + layer.name());
    }

    /**
     * The extents of the result.
     *
     * @throws SpecException when a layer does not accept its input, naming it
     */
    public Extents out(Extents in) {
        return walk(in, (_, _, _, _) -> {});
    }

    /** The names of all layers that have one, with the names around them as in their parameters' names. */
    public List<String> paths() {
        List<String> all = new ArrayList<>();
        for (Layer layer : layers) {
            if (!layer.name().isEmpty()) {
                all.add(layer.name());
            }
            for (Layer.Branch b : layer.branches()) {
                b.layers().paths().forEach(path -> all.add(layer.name() + "." + b.name() + "." + path));
            }
        }
        return all;
    }

    /** The weights of all layers, in order. */
    public List<Parameter> parameters(Extents in) {
        List<Parameter> all = new ArrayList<>();
        walk(in, (_, layer, prefix, at) -> layer.parameters(at).forEach(p -> all.add(p.under(prefix))));
        return all;
    }

    /** The statistics of all layers, in order. */
    public List<Statistic> statistics(Extents in) {
        List<Statistic> all = new ArrayList<>();
        walk(in, (_, layer, prefix, at) -> layer.statistics(at).forEach(s -> all.add(s.under(prefix))));
        return all;
    }

    /** Records all layers. */
    public Buffer record(LayerContext c, Buffer x, Extents in) {
        Buffer[] now = {x};
        walk(in, (i, layer, prefix, at) -> {
            LayerContext own = c.under(prefix);
            now[0] = own.recorded(i, layer, at, () -> record(own, i, now[0], at));
        });
        return now[0];
    }

    /** In training a batch norm and the ReLU after it are one operation: the norm's. */
    private Buffer record(LayerContext c, int i, Buffer x, Extents in) {
        if (c.training() && layers.get(i) instanceof BatchNormLayer norm) {
            return norm.record(c, x, reluFollows(i));
        }
        boolean done = c.training() && i > 0 && layers.get(i - 1) instanceof BatchNormLayer && reluFollows(i - 1);
        return done ? x : layers.get(i).record(c, x, in);
    }

    private boolean reluFollows(int i) {
        return i + 1 < layers.size() && layers.get(i + 1) instanceof ReluLayer;
    }
}
