package farsight.cli;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.check.GradientCheck;
import farsight.check.ModelFunction;
import farsight.data.DataException;
import farsight.data.Synthetic;
import farsight.data.Tensor;
import farsight.engine.Engine;
import farsight.model.Admission;
import farsight.model.FeatureShape;
import farsight.model.Input;
import farsight.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Holds a block's gradients against differences of its outputs. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Check a block's gradients against differences of its outputs, for x and every parameter.",
        description = {
            "",
            "Moves one tensor at a time along random directions and compares how L = sum(y*u), u random, changes"
                    + " with what the gradient says. A gradient is ok where both agree, zero where it is 0 and so is"
                    + " every difference, unclear where float32 or the kinks of a ReLU hide the answer, and wrong"
                    + " otherwise. What carries no gradient by design, as the bases that ema fits, is held still."
                    + " Ends with exit code 1 where one is wrong, and where none is ok, as nothing is shown then.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  farsight check --block latentgnn --channels 16 --d 4",
            "  farsight check --spec block.json --weights w.safetensors --input x.safetensors --device opencl:0"
        })
final class CheckCommand implements Callable<Integer> {

    @Mixin
    private final Console console = new Console();

    @Mixin
    private final ModelOptions models = new ModelOptions();

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "The features where to look: safetensors with a tensor x, an image or a point cloud"
                    + " (default: normal numbers).")
    private @Nullable Path input;

    @Mixin
    private final SizeOptions size = new SizeOptions();

    @Option(
            names = "--n",
            paramLabel = "N",
            converter = PositionsOption.Converter.class,
            description =
                    "Without --input: positions, a number, a grid or a video (default: 4x6; few, as each adds kinks).")
    private @Nullable PositionsOption positions;

    @Option(names = "--batch", paramLabel = "B", description = "Without --input: images or clouds (default: 2).")
    private @Nullable Integer batch;

    @Mixin
    private final DeviceOptions devices = new DeviceOptions();

    @Option(
            names = "--directions",
            paramLabel = "K",
            defaultValue = "" + GradientCheck.DIRECTIONS,
            description = "Random directions for each tensor (default: " + GradientCheck.DIRECTIONS + ").")
    private int directions = GradientCheck.DIRECTIONS;

    @Option(
            names = "--tolerance",
            paramLabel = "T",
            defaultValue = "" + GradientCheck.TOLERANCE,
            description = "What a gradient may be off by, as a part of its slope's size, beyond the differences' own"
                    + " error (default: " + GradientCheck.TOLERANCE + ").")
    private double tolerance = GradientCheck.TOLERANCE;

    @Override
    public Integer call() {
        if (directions < 1) {
            throw console.usage("--directions must be at least 1, not " + directions);
        }
        if (!(tolerance > 0)) {
            throw console.usage("--tolerance must be above 0, not " + tolerance);
        }
        if (input == null && size.given()) {
            throw console.usage("--size and --positions resize the image of --input, which is not given; --n says how"
                    + " many positions to take without it");
        }
        Engine engine = devices.engine();
        Block block = models.block(console);
        CheckReport report = input == null ? checkSynthetic(block, engine) : checkFile(block, engine, input);
        console.tell();
        report.print(console);
        return report.passes() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private CheckReport checkFile(Block block, Engine engine, Path file) {
        if (positions != null || batch != null) {
            throw console.usage("--n and --batch go without --input, whose shape is its own");
        }
        try (Input x = InputOptions.open(console, file, block, models.seed(), size.size(console), devices.budget())) {
            admit(block, engine, x.what(), x.shape());
            Tensor features = x.tensor();
            if (features.nonFinite() > 0) {
                throw new DataException("%s holds %,d values that are NaN or infinite, where there are no differences"
                        .formatted(x.what(), features.nonFinite()));
            }
            return check(block, engine, features);
        }
    }

    /** Both passes are run, one after the other. */
    private void admit(Block block, Engine engine, String what, FeatureShape shape) {
        for (Pass pass : Pass.values()) {
            Admission.check(block, engine, what, shape, pass, devices.budget());
        }
    }

    private CheckReport check(Block block, Engine engine, Tensor x) {
        Model model = models.model(console, block);
        noteZeroGates(model);
        GradientCheck check = new GradientCheck(directions, tolerance, models.seed());
        try (ModelFunction f = new ModelFunction(model, engine, x, devices.budget())) {
            return new CheckReport(model.block(), engine.id(), x.shape(), check, check.of(f));
        }
    }

    private CheckReport checkSynthetic(Block block, Engine engine) {
        int images = batch == null ? 2 : batch;
        if (images < 1) {
            throw console.usage("--batch must be at least 1, not " + images);
        }
        long[] lie = grid(block).extents().stream().mapToLong(Long::longValue).toArray();
        FeatureShape shape = FeatureShape.of(
                "x",
                LongStream.concat(LongStream.of(images, block.channels()), LongStream.of(lie))
                        .toArray());
        admit(block, engine, "x", shape);
        Tensor x = Tensor.allocate(shape.toArray());
        Synthetic.normal(x.values(), x.elements(), models.seed());
        return check(block, engine, x);
    }

    /** What was asked for; else few, in the first way in which the block's may lie. */
    private Grid grid(Block block) {
        if (positions != null) {
            return positions.grid(block);
        }
        return switch (block.grids().getFirst()) {
            case LINE -> Grid.points(24);
            case PLANE -> new Grid(4, 6);
            case VIDEO -> new Grid(2, 4, 6);
        };
    }

    /** Behind a gate at 0 every gradient is 0, so that a check of them says nothing. */
    private void noteZeroGates(Model model) {
        List<String> gates = model.block().parameters().stream()
                .filter(p -> p.init() == Parameter.Init.ZERO
                        && (p.elements() == 1 || p.fileShape().size() == 4))
                .map(Parameter::name)
                .filter(name -> allZero(model.weights().get(name)))
                .toList();
        if (!gates.isEmpty()) {
            console.note("warning: %s is 0, and so is every gradient behind it; without --weights none is drawn as 0"
                    .formatted(String.join(", ", gates)));
        } else if (models.weightsFile() == null) {
            console.note("gates and last layers, which training starts at 0, are drawn too: behind a 0 every"
                    + " gradient is 0");
        }
    }

    private static boolean allZero(Tensor t) {
        for (long i = 0; i < t.elements(); i++) {
            if (t.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
