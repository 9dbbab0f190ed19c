package farsight.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Free memory of a simulated machine with 64 GiB, with and without a container's limit. */
class LinuxMemoryTest {

    private static final long GIB = 1L << 30;

    @TempDir
    private Path root;

    @BeforeEach
    void aMachineWithFortyGibFree() throws IOException {
        file("proc/meminfo", "MemTotal:       67108864 kB\nMemFree:  1048576 kB\nMemAvailable:   41943040 kB\n");
    }

    private void file(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void second(String folder, String limit, long used, long inactive) throws IOException {
        file("sys/fs/cgroup" + folder + "/memory.max", limit + "\n");
        file("sys/fs/cgroup" + folder + "/memory.current", used + "\n");
        file("sys/fs/cgroup" + folder + "/memory.stat", "anon 5\nactive_file 0\ninactive_file " + inactive + "\n");
    }

    private void first(String folder, long limit, long used, long inactive) throws IOException {
        file("sys/fs/cgroup/memory" + folder + "/memory.limit_in_bytes", limit + "\n");
        file("sys/fs/cgroup/memory" + folder + "/memory.usage_in_bytes", used + "\n");
        file(
                "sys/fs/cgroup/memory" + folder + "/memory.stat",
                "inactive_file 3\ntotal_inactive_file " + inactive + "\n");
    }

    private long available() {
        return new LinuxMemory(root).available().orElseThrow();
    }

    @Test
    void withoutAGroupTheMachinesMemoryCounts() {
        assertThat(available()).isEqualTo(40 * GIB);
    }

    @Test
    void aContainersLimitCountsThoughTheMachineHasMore() throws IOException {
        file("proc/self/cgroup", "0::/\n");
        second("", Long.toString(4 * GIB), 3 * GIB, GIB / 2);
        assertThat(available()).isEqualTo(GIB + GIB / 2);
    }

    @Test
    void theMachineCountsIfItHasLessThanTheLimit() throws IOException {
        file("proc/self/cgroup", "0::/a\n");
        second("/a", Long.toString(60 * GIB), GIB, 0);
        assertThat(available()).isEqualTo(40 * GIB);
    }

    @Test
    void everyGroupAboveCountsToo() throws IOException {
        file("proc/self/cgroup", "0::/user/session\n");
        second("/user/session", "max", GIB, 0);
        second("/user", Long.toString(8 * GIB), 6 * GIB, 0);
        assertThat(available()).isEqualTo(2 * GIB);
    }

    @Test
    void groupsOfVersionOneAreRead() throws IOException {
        file("proc/self/cgroup", "5:cpu,cpuacct:/c\n4:hugetlb,memory:/docker/0123\n0::/\n");
        // What a container sees: the host's path, and its own group as the mount.
        first("", 8 * GIB, 5 * GIB, GIB);
        assertThat(available()).isEqualTo(4 * GIB);
        first("/docker/0123", 6 * GIB, 5 * GIB, 0);
        assertThat(available()).isEqualTo(GIB);
    }

    @Test
    void anUnlimitedGroupHasNoLimit() throws IOException {
        file("proc/self/cgroup", "4:memory:/\n0::/\n");
        second("", "max", 3 * GIB, 2 * GIB);
        first("", Long.MAX_VALUE / 4096 * 4096, GIB, 3 * GIB);
        assertThat(available()).isEqualTo(40 * GIB);
    }

    @Test
    void aGroupOverItsLimitHasNothing() throws IOException {
        file("proc/self/cgroup", "0::/\n");
        second("", Long.toString(GIB), GIB + 4096, 0);
        assertThat(available()).isZero();
    }

    @Test
    void aSystemWithoutTheFilesGivesNoFigures() throws IOException {
        Files.delete(root.resolve("proc/meminfo"));
        assertThat(new LinuxMemory(root).available()).isEmpty();
        assertThat(new LinuxMemory(root).resident()).isEmpty();
    }

    @Test
    void theProcessesMemoryIsReadFromItsStatus() throws IOException {
        file("proc/self/status", "Name:\tjava\nVmRSS:\t  2048 kB\n");
        assertThat(new LinuxMemory(root).resident()).hasValue(2L << 20);
    }

    private long total() {
        return new LinuxMemory(root).total().orElseThrow();
    }

    @Test
    void theLeastLimitIsTheTotal() throws IOException {
        assertThat(total()).isEqualTo(64 * GIB);
        file("proc/self/cgroup", "0::/user/session\n");
        second("/user/session", "max", GIB, 0);
        second("/user", Long.toString(8 * GIB), 6 * GIB, 0);
        assertThat(total()).isEqualTo(8 * GIB);
    }

    /** Beyond memory.high nothing is killed, and nothing moves either. */
    @Test
    void aGroupsThrottleIsALimit() throws IOException {
        file("proc/self/cgroup", "0::/a\n");
        second("/a", Long.toString(8 * GIB), 3 * GIB, 0);
        file("sys/fs/cgroup/a/memory.high", 5 * GIB + "\n");
        assertThat(available()).isEqualTo(2 * GIB);
        file("sys/fs/cgroup/a/memory.high", "max\n");
        assertThat(available()).isEqualTo(5 * GIB);
    }

    @Test
    void cachedFilesCountAsFreeAndRecentOnesByHalf() throws IOException {
        file("proc/self/cgroup", "0::/a\n");
        second("/a", Long.toString(8 * GIB), 7 * GIB, 0);
        file(
                "sys/fs/cgroup/a/memory.stat",
                "anon %d\ninactive_file %d\nactive_file %d\nslab_reclaimable %d\n".formatted(GIB, GIB, 2 * GIB, GIB));
        assertThat(available()).isEqualTo(4 * GIB);
    }

    /** Both versions at once, the memory with the first, mounted where the system chose to. */
    @Test
    void groupsAreFoundWhereTheyAreMounted() throws IOException {
        file("proc/self/cgroup", "4:memory:/jobs/7\n0::/\n");
        file("proc/self/mountinfo", """
                35 31 0:32 / /groups/all\\040memory rw,relatime shared:9 - cgroup cgroup rw,memory
                36 31 0:33 / /groups/cpu rw,relatime - cgroup cgroup rw,cpu
                41 31 0:38 / /groups/unified rw,relatime - cgroup2 cgroup2 rw
                """);
        for (String folder : new String[] {"", "/jobs", "/jobs/7"}) {
            String at = "groups/all memory" + folder + "/memory.";
            file(at + "limit_in_bytes", (folder.equals("/jobs") ? 3 * GIB : 9 * GIB) + "\n");
            file(at + "usage_in_bytes", GIB + "\n");
        }
        assertThat(available()).isEqualTo(2 * GIB);
        assertThat(total()).isEqualTo(3 * GIB);
    }

    /** A container sees its own group as the mount, and its path from the host's root or from its own. */
    @Test
    void aContainersGroupsBeginAtItsMount() throws IOException {
        file("proc/self/mountinfo", "35 31 0:32 /pods/1 /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        second("", Long.toString(8 * GIB), 2 * GIB, 0);
        second("/inner", Long.toString(4 * GIB), GIB, 0);
        // Of a group whose name begins alike.
        second("0", Long.toString(GIB), GIB, 0);
        file("proc/self/cgroup", "0::/pods/1/inner\n");
        assertThat(available()).isEqualTo(3 * GIB);
        for (String path : new String[] {"/pods/1", "/", "/../../other", "/pods/10"}) {
            file("proc/self/cgroup", "0::" + path + "\n");
            assertThat(available()).as(path).isEqualTo(6 * GIB);
        }
    }
}
