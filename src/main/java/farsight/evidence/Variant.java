package farsight.evidence;

import farsight.block.spec.SpecException;
import farsight.network.BlockText;
import farsight.network.Network;
import java.util.List;
import java.util.Map;

/**
 * What is compared: the same network with these blocks.
 *
 * @param label in tables and charts
 * @param insert blocks with their places, as {@link BlockText} reads them; none for the network alone
 */
public record Variant(String label, List<String> insert) {

    /** Copies the list. */
    public Variant {
        insert = List.copyOf(insert);
    }

    /**
     * The network with the blocks.
     *
     * @param places the network's own names of places, by those that the blocks have
     * @throws SpecException when a block does not fit its place, naming it
     */
    Network into(Network network, Map<String, String> places) {
        Network now = network;
        for (String text : insert) {
            Network before = now;
            int at = text.lastIndexOf('@') + 1;
            String place = places.getOrDefault(text.substring(at), text.substring(at));
            now = SpecException.placed(
                    "variant \"%s\", %s".formatted(label, text),
                    () -> BlockText.insert(before, text.substring(0, at) + place));
        }
        return now;
    }

    /** The first block's name with its fields, {@code latentgnn:d=16}; empty for the network alone. */
    public String block() {
        return insert.isEmpty()
                ? ""
                : insert.getFirst().substring(0, insert.getFirst().lastIndexOf('@'));
    }
}
