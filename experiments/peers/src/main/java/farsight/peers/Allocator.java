package farsight.peers;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;

/** How the C library's allocator is set, from which libtorch takes its tensors. */
enum Allocator {
    /**
     * The defaults: a large tensor is mapped anew each time and given back when freed, so the system clears its pages at
     * every run.
     */
    PLAIN,
    /**
     * The process keeps freed memory and uses it again. There is one arena, because the others map tensors over 64 MB
     * anew each time.
     */
    KEPT("mmap_max=0", "trim_threshold=" + (1L << 40), "arena_max=1"),
    /** Like {@link #KEPT}, in huge pages if the system gives them on request. */
    HUGE("mmap_max=0", "trim_threshold=" + (1L << 40), "arena_max=1", "hugetlb=1");

    private final List<String> tunables;

    Allocator(String... tunables) {
        this.tunables = List.of(tunables);
    }

    /** The value of {@code GLIBC_TUNABLES}. */
    String tunables() {
        return String.join(":", tunables.stream().map(t -> "glibc.malloc." + t).toList());
    }

    /** Gives what this process has freed back to the system, so that using it again counts as growth. */
    static void trim() {
        Linker linker = Linker.nativeLinker();
        var trim = linker.defaultLookup().find("malloc_trim");
        if (trim.isPresent()) {
            var call = linker.downcallHandle(
                    trim.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
            try {
                int released = (int) call.invokeExact(0L);
                assert released >= 0;
            } catch (Throwable e) {
                throw new LinkageError("malloc_trim", e);
            }
        }
    }

    /** {@code plain}, {@code kept} or {@code huge}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
