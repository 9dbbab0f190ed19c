package farsight.engine.tornado;

import farsight.engine.DeviceFacts;
import farsight.engine.DriverException;
import farsight.engine.Engine;
import farsight.engine.GuardedSession;
import farsight.engine.JvmMemory;
import farsight.engine.KernelCode;
import farsight.engine.Limits;
import farsight.engine.MemoryLimit;
import farsight.engine.ProcessMemory;
import farsight.engine.RefusedException;
import farsight.engine.Session;
import farsight.engine.SettingException;
import farsight.engine.TornadoRuntime;
import farsight.op.GridTask;
import farsight.op.GroupLimits;
import farsight.program.MemoryPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import uk.ac.manchester.tornado.api.TornadoBackend;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoTargetDevice;
import uk.ac.manchester.tornado.api.common.TornadoDevice;
import uk.ac.manchester.tornado.api.enums.TornadoDeviceType;
import uk.ac.manchester.tornado.api.exceptions.TornadoDeviceNotFound;
import uk.ac.manchester.tornado.api.types.arrays.TornadoNativeArray;

/** A device that TornadoVM drives: a program becomes task graphs of the {@code @Parallel} kernels. */
final class TornadoEngine implements Engine {

    /** TornadoVM's option to run code that it cannot compile silently, and slowly, as Java. */
    private static final String BAILOUT_OPTION = "tornado.recover.bailout";

    /**
     * TornadoVM's option for the number of events that a task can wait for. It reserves as many ints per task on the
     * Java heap and writes them all with each execution. The default is 32,768, but no task waits for more than its
     * arguments.
     */
    private static final String EVENTS_OPTION = "tornado.max.events";

    private static final String EVENTS = "64";

    /** Room for the code of the largest task graph that TornadoVM can record. */
    private static final String CODE = "65536";

    /** The failure of the first attempt to list the devices, if it failed. */
    private static final List<Throwable> FAILED = new CopyOnWriteArrayList<>();

    private final String id;
    private final TornadoDevice device;
    private final @Nullable CublasTasks library;

    private TornadoEngine(String id, TornadoDevice device, @Nullable CublasTasks library) {
        this.id = id;
        this.device = device;
        this.library = library;
    }

    /**
     * Every device of every backend, as {@code opencl:0}, {@code opencl:1}, {@code ptx:0}, …
     *
     * @throws SettingException when a system property for devices cannot be read
     * @throws DriverException when TornadoVM fails to list its devices
     */
    static List<Engine> present() {
        List<Engine> all = new ArrayList<>();
        if (!TornadoRuntime.present()) {
            return all;
        }
        KernelChoice.asked();
        MemoryLimit.asked();
        GraphLimits.asked();
        // Set here, however the JVM was started: TornadoVM reads its options on first use, which is below.
        if (System.getProperty(EVENTS_OPTION) == null) {
            System.setProperty(EVENTS_OPTION, EVENTS);
        }
        if (System.getProperty(GraphLimits.CODE_OPTION) == null) {
            System.setProperty(GraphLimits.CODE_OPTION, CODE);
        }
        String bailout = System.getProperty(BAILOUT_OPTION);
        if (bailout == null) {
            System.setProperty(BAILOUT_OPTION, "False");
        } else if (Boolean.parseBoolean(bailout)) {
            throw new SettingException(
                    BAILOUT_OPTION,
                    bailout,
                    "expected False, or nothing: a kernel that does not compile would silently run as plain Java");
        }
        // A class that failed to initialise once does not repeat the reason.
        if (!FAILED.isEmpty()) {
            throw new DriverException(FAILED.getFirst());
        }
        try {
            return listed(all);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (RuntimeException | Error e) {
            FAILED.add(e);
            throw new DriverException(e);
        }
    }

    private static List<Engine> listed(List<Engine> all) {
        Map<String, Integer> counts = new HashMap<>();
        for (TornadoBackend backend : TornadoExecutionPlan.getTornadoDeviceMap().getAllBackends()) {
            String kind = backend.getBackendType().name().toLowerCase(Locale.ROOT);
            for (TornadoDevice device : devices(backend)) {
                all.add(new TornadoEngine(kind + ":" + (counts.merge(kind, 1, Integer::sum) - 1), device, null));
            }
        }
        return all;
    }

    /** TornadoVM's count includes devices that it skips; the usable ones come first. */
    private static List<TornadoDevice> devices(TornadoBackend backend) {
        List<TornadoDevice> devices = new ArrayList<>();
        try {
            for (int i = 0; i < backend.getNumDevices(); i++) {
                devices.add(backend.getDevice(i));
            }
        } catch (TornadoDeviceNotFound e) {
            if (devices.isEmpty()) {
                throw e;
            }
        }
        return devices;
    }

    /** The device as TornadoVM knows it. */
    TornadoDevice device() {
        return device;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return device.getPhysicalDevice().getDeviceName().strip() + ", "
                + device.getPlatformName().strip() + (library == null ? "" : ", products by cuBLAS");
    }

    @Override
    public Engine withLibrary() {
        if (library != null) {
            return this;
        }
        // By name, as older API jars lack the constant.
        return device.getTornadoVMBackend().name().equals("CUDA")
                ? with(CublasTasks.bind().loaded())
                : Engine.super.withLibrary();
    }

    /** The same device, calling cuBLAS. */
    TornadoEngine with(CublasTasks tasks) {
        return new TornadoEngine(id + Engine.WITH_LIBRARY, device, tasks);
    }

    @Override
    public boolean library() {
        return library != null;
    }

    @Override
    public Limits limits() {
        MemoryLimit memory = MemoryLimit.ofDevice(
                device.getDeviceType().name(),
                device.getMaxGlobalMemory(),
                MemoryLimit.asked(),
                MemoryLimit.ofMachine(),
                MemoryLimit.outsideHeap());
        // TornadoVM allocates less than the largest allocation, never exactly as much.
        return new Limits(
                memory.bytes(),
                memory.name(),
                device.getMaxAllocMemory() - 1,
                "the device's largest allocation",
                TornadoNativeArray.ARRAY_HEADER);
    }

    /** The arrays have copies on the device, which take the machine's memory where the device has none of its own. */
    @Override
    public ProcessMemory processMemory(MemoryPlan plan) {
        long arrays = predictedBytes(plan);
        boolean shared = device.getDeviceType() == TornadoDeviceType.CPU;
        return new ProcessMemory(arrays, shared ? arrays : 0, 0, JvmMemory.bound());
    }

    @Override
    public Session open(MemoryPlan plan) {
        limits().refusal(plan, Long.MAX_VALUE).ifPresent(why -> {
            throw new RefusedException(why);
        });
        GroupLimits groups = groupLimits();
        if (library != null) {
            // Only closing the plan frees a library's handle and workspace on the device.
            return new GuardedSession(
                    plan,
                    new TornadoSession(plan, DeviceProgram.of(plan, device, groups, library), DeviceProgram::close));
        }
        ProgramPool pool = ProgramPool.shared();
        return new GuardedSession(
                plan,
                new TornadoSession(
                        plan,
                        pool.take(id, plan, groups).orElseGet(() -> DeviceProgram.of(plan, device, groups, null)),
                        program -> pool.keep(id, plan, groups, program)));
    }

    @Override
    public GroupLimits groupLimits() {
        return KernelChoice.asked().limits(deviceFacts());
    }

    @Override
    public Optional<DeviceFacts> facts() {
        return Optional.of(deviceFacts());
    }

    private DeviceFacts deviceFacts() {
        TornadoTargetDevice physical = device.getPhysicalDevice();
        int group = physical.getMaxThreadsPerBlock();
        return new DeviceFacts(
                device.getDeviceType().name(),
                physical.getDeviceMaxComputeUnits(),
                device.getMaxGlobalMemory(),
                device.getMaxAllocMemory(),
                device.getDeviceLocalMemorySize(),
                // Where OpenCL returns the group's size, PTX returns the grid's.
                group > 0 ? group : physical.getDeviceMaxWorkGroupSize()[0]);
    }

    @Override
    public Optional<KernelCode> code(GridTask task) {
        return Optional.of(TornadoCode.of(task, device));
    }
}
