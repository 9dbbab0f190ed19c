package farsight.block;

import farsight.block.spec.SpecException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All kinds of blocks: the library's, and others that {@link ServiceLoader} finds. */
public final class BlockKinds {

    /**
     * The library's kinds in reading order, from the full affinity to its relatives of linear cost. Charts, tables and
     * lists of names keep this order.
     */
    private static final List<BlockKind<?>> OWN = List.of(
            new Dense.Kind(),
            new NonLocalKind(),
            new Pam.Kind(),
            new Cam.Kind(),
            new Efficient.Kind(),
            new DoubleAttention.Kind(),
            new CrissCross.Kind(),
            new Nystrom.Kind(),
            new Ema.Kind(),
            new LatentGnnTalk.Kind(),
            new LatentGnnKind(),
            new Snl.Kind(),
            new Gc.Kind(),
            new Se.Kind());

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

    private static @Nullable BlockKinds found;

    private final SequencedMap<String, BlockKind<?>> kinds = new LinkedHashMap<>();
    private final SequencedMap<String, NamedBlock> names = new LinkedHashMap<>();

    private BlockKinds() {}

    /**
     * All kinds: the library's in reading order, then others by name. The first call searches for them, with the
     * context class loader of its thread.
     *
     * @throws RegistrationException when a named class cannot be instantiated, is not a {@link BlockKind}, or has a
     *     name that is taken
     */
    public static List<BlockKind<?>> all() {
        return List.copyOf(found().kinds.values());
    }

    /**
     * The kind of that name.
     *
     * @throws RegistrationException as {@link #all} does
     */
    public static Optional<BlockKind<?>> find(String name) {
        return Optional.ofNullable(found().kinds.get(name));
    }

    /**
     * The entry of a block's kind.
     *
     * @throws SpecException when the block's class is not registered under its kind's name
     * @throws RegistrationException as {@link #all} does
     */
    static BlockKind<?> of(Block block) {
        return find(block.kind())
                .filter(kind -> kind.type().isInstance(block))
                .orElseThrow(() -> new SpecException(
                        "%s calls its kind '%s' and is not registered under that name; META-INF/services/%s names the kind's class"
                                .formatted(block.getClass().getName(), block.kind(), BlockKind.class.getName())));
    }

    /**
     * How the memory of a block's arrays grows with N.
     *
     * @throws SpecException when the block's class is not registered under its kind's name
     * @throws RegistrationException as {@link #all} does
     */
    public static BlockKind.Growth growth(Block block) {
        return growth(of(block), block);
    }

    private static <B extends Block> BlockKind.Growth growth(BlockKind<B> kind, Block block) {
        return kind.growth(kind.type().cast(block));
    }

    /** The names of all kinds, in order. */
    static List<String> kinds() {
        return List.copyOf(found().kinds.keySet());
    }

    /** All named blocks: each kind, and its variants. */
    static SequencedMap<String, NamedBlock> named() {
        return found().names;
    }

    private static synchronized BlockKinds found() {
        BlockKinds known = found == null ? load(Thread.currentThread().getContextClassLoader()) : found;
        found = known;
        return known;
    }

    @SuppressWarnings("unchecked") // A service's class has no type arguments.
    private static Class<BlockKind<?>> services() {
        return (Class<BlockKind<?>>) (Class<?>) BlockKind.class;
    }

    /** The library's kinds, and others that a class loader finds; null for the system class loader. */
    static BlockKinds load(@Nullable ClassLoader loader) {
        BlockKinds all = new BlockKinds();
        OWN.forEach(all::register);
        List<BlockKind<?>> others = new ArrayList<>();
        Iterator<BlockKind<?>> each = ServiceLoader.load(services(), loader).iterator();
        while (attempt("", each::hasNext)) {
            others.add(attempt("", each::next));
        }
        others.stream()
                .sorted(Comparator.comparing(kind -> attempt(who(kind), () -> named(kind))))
                .forEach(kind -> attempt(who(kind), () -> all.register(kind)));
        return all;
    }

    private static String who(BlockKind<?> kind) {
        return kind.getClass().getName();
    }

    /** Runs foreign code, and turns any failure into one line. */
    private static <T> T attempt(String who, Supplier<T> work) {
        try {
            return work.get();
        } catch (RegistrationException | VirtualMachineError e) {
            throw e;
        } catch (ServiceConfigurationError e) {
            // Java's message names the service before the class.
            String what = String.valueOf(e.getMessage())
                    .replaceFirst("^" + Pattern.quote(BlockKind.class.getName()) + ": ", "");
            throw new RegistrationException("a kind of block cannot be registered: " + what + reason(e.getCause()), e);
        } catch (RuntimeException | Error e) {
            throw new RegistrationException(
                    "%s cannot be registered as a kind of block%s"
                            .formatted(who.isEmpty() ? "a class" : who, reason(e)),
                    e);
        }
    }

    private static String reason(@Nullable Throwable e) {
        return e == null ? "" : ": " + e;
    }

    private static String named(BlockKind<?> kind) {
        return Objects.requireNonNull(kind.name(), "its name is null");
    }

    private boolean register(BlockKind<?> kind) {
        String name = named(kind);
        Objects.requireNonNull(kind.type(), "its type is null");
        check(
                kind,
                NAME.matcher(name).matches(),
                "its name is '" + name + "'; expected small letters, digits and hyphens");
        check(kind, !kind.look().label().isBlank(), "its label is blank");
        check(kind, kind.look().colour() >> 24 == 0, "its colour is none of 0x000000 to 0xFFFFFF");
        BlockKind<?> there = kinds.putIfAbsent(name, kind);
        if (there != null) {
            throw taken("block kind", name, there, kind);
        }
        register(new NamedBlock(name, kind.look().label(), kind, "{}"));
        for (BlockKind.Variant v : kind.variants()) {
            check(kind, NAME.matcher(v.name()).matches(), "a variant is called '" + v.name() + "'");
            register(new NamedBlock(v.name(), v.label(), kind, v.options()));
        }
        return true;
    }

    private void register(NamedBlock block) {
        // A mistake in a variant's options fails here, and not at its first use.
        block.spec();
        NamedBlock there = names.putIfAbsent(block.name(), block);
        if (there != null) {
            throw taken("block", block.name(), there.kind(), block.kind());
        }
    }

    private static void check(BlockKind<?> kind, boolean holds, String otherwise) {
        if (!holds) {
            throw new RegistrationException(who(kind) + " cannot be registered as a kind of block: " + otherwise, null);
        }
    }

    private static RegistrationException taken(String what, String name, BlockKind<?> there, BlockKind<?> second) {
        return new RegistrationException(
                "two classes register a %s '%s': %s and %s".formatted(what, name, who(there), who(second)), null);
    }
}
