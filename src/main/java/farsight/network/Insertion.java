package farsight.network;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.spec.Checks;
import farsight.block.spec.SpecException;
import farsight.text.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where blocks go into a network: after the last layer of every stage, of the last stage, or after named layers.
 *
 * <p>A stage is a longest run of the network's own layers (not those within a residual) with results on one grid of
 * more than one position. It ends before the network's last layer with parameters, which makes the logits. A run counts
 * if a layer with parameters is in it.
 *
 * @param places names of layers, with the names around them as in their parameters' names; {@code all} or {@code last}
 */
public record Insertion(List<String> places) {

    private static final String ALL = "all";
    private static final String LAST = "last";

    /** Makes the block for a place. */
    public interface Maker {
        /**
         * A block of C channels.
         *
         * @throws SpecException when the block refuses the channels or the grid
         */
        Block block(int channels);
    }

    /**
     * Checks the places.
     *
     * @throws SpecException when one is empty or there twice, or {@code all} or {@code last} is not the only one
     */
    public Insertion {
        places = List.copyOf(places);
        Checks.that(
                places.stream().noneMatch(String::isEmpty),
                "a place is empty; expected names with commas between them");
        Set<String> seen = new HashSet<>();
        places.forEach(place -> Checks.that(seen.add(place), "the place %s is there twice".formatted(place)));
        boolean stages = places.contains(ALL) || places.contains(LAST);
        Checks.that(
                !stages || places.size() == 1,
                "%s are places of a stage and of others; expected all, last, or names of layers"
                        .formatted(String.join(",", places)));
    }

    /** Reads {@code all}, {@code last}, or names divided by commas. */
    public static Insertion parse(String places) {
        // The limit −1 keeps an empty piece after the last comma.
        return new Insertion(
                Arrays.stream(places.split(",", -1)).map(String::strip).toList());
    }

    /**
     * The network with the blocks. Their layers are called by the block's kind, numbered from 1 among free names.
     *
     * @throws SpecException when there is no such layer or stage, or the block refuses its place
     */
    public Network into(Network network, Maker maker) {
        if (places.equals(List.of(ALL)) || places.equals(List.of(LAST))) {
            List<Integer> ends = stageEnds(network);
            if (ends.isEmpty()) {
                throw new SpecException(
                        "the network has no stage: no layer with parameters gives more than one position"
                                + " before its last; name a layer instead");
            }
            Set<Integer> chosen = new HashSet<>(places.getFirst().equals(ALL) ? ends : List.of(ends.getLast()));
            return new Inserter(maker, network).at(network, chosen);
        }
        Network now = network;
        for (String place : places) {
            now = new Inserter(maker, now).after(now, place);
        }
        return now;
    }

    /** Indices of the last layer of every stage. */
    static List<Integer> stageEnds(Network network) {
        List<Layer> layers = network.layers().layers();
        List<Extents> results = new ArrayList<>();
        boolean[] learned = new boolean[layers.size()];
        Extents[] now = {network.input()};
        network.layers().walk(network.input(), (i, layer, _, in) -> {
            now[0] = layer.out(in);
            results.add(now[0]);
            learned[i] = !layer.parameters(in).isEmpty();
        });
        int head = layers.size();
        for (int i = 0; i < layers.size(); i++) {
            head = learned[i] ? i : head;
        }
        List<Integer> ends = new ArrayList<>();
        boolean any = false;
        for (int i = 0; i < head; i++) {
            boolean first = i == 0 || !sameGrid(results.get(i - 1), results.get(i));
            any = (!first && any) || learned[i];
            boolean last = i == head - 1 || !sameGrid(results.get(i), results.get(i + 1));
            if (last && any && results.get(i).positions() > 1) {
                ends.add(i);
            }
        }
        return ends;
    }

    private static boolean sameGrid(Extents a, Extents b) {
        Grid grid = a.grid();
        return grid != null && grid.equals(b.grid());
    }

    /** Inserts blocks under free names. */
    private static final class Inserter {
        private final Maker maker;
        private final Set<String> taken = new HashSet<>();
        private final List<String> paths;
        private boolean found;

        Inserter(Maker maker, Network network) {
            this.maker = maker;
            paths = network.layers().paths();
            paths.forEach(path -> taken.add(path.substring(path.lastIndexOf('.') + 1)));
        }

        private BlockLayer layer(Extents at) {
            Block block = maker.block(Math.toIntExact(at.channels()));
            int number = 1;
            while (!taken.add(block.kind() + number)) {
                number++;
            }
            return new BlockLayer(block.kind() + number, block);
        }

        Network at(Network network, Set<Integer> indices) {
            List<Layer> all = new ArrayList<>();
            network.layers().walk(network.input(), (i, layer, _, in) -> {
                all.add(layer);
                if (indices.contains(i)) {
                    all.add(layer(layer.out(in)));
                }
            });
            return network.withLayers(new Sequence(all));
        }

        Network after(Network network, String place) {
            Sequence changed = after(network.layers(), network.input(), "", place);
            if (!found) {
                throw new SpecException("the network has no layer \"%s\"; a place is all, last, or one of %s%s"
                        .formatted(place, String.join(", ", paths), Nearest.hint(place, paths)));
            }
            return network.withLayers(changed);
        }

        private Sequence after(Sequence sequence, Extents from, String prefix, String place) {
            List<Layer> all = new ArrayList<>();
            sequence.walk(from, (_, layer, _, in) -> {
                String path = prefix + layer.name();
                List<Sequence> inner = layer.branches().stream()
                        .map(b -> after(b.layers(), in, path + "." + b.name() + ".", place))
                        .toList();
                all.add(layer.with(inner));
                if (!layer.name().isEmpty() && path.equals(place)) {
                    found = true;
                    all.add(layer(layer.out(in)));
                }
            });
            return new Sequence(all);
        }
    }
}
