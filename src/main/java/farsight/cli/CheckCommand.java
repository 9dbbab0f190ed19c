package farsight.cli;

import farsight.block.Block;
import farsight.block.Grid;
import farsight.block.Parameter;
import farsight.block.Pass;
import farsight.check.GradientCheck;
import farsight.check.ModelFunction;
import farsight.cli.option.DeviceOptions;
import farsight.cli.option.InputOptions;
import farsight.cli.option.ModelOptions;
import farsight.cli.option.PositionsOption;
import farsight.cli.option.SizeOptions;
import farsight.cli.output.Console;
import farsight.cli.output.ExitCode;
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

/** Compares a block's gradients with differences of its outputs. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Check a block's gradients against differences of its outputs, for x and every parameter.",
        description = {
            "",
            "Moves one tensor at a time along random directions, and compares the change of L = sum(y*u), u random,"
                    + " with the gradient. A gradient is ok if both agree, zero if it and every difference are 0, unclear"
                    + " if float32 rounding or a ReLU's kinks hide the answer, and wrong otherwise."
                    + " Values without a gradient by design, such as the bases of ema, are held fixed. The exit code is 1 if"
                    + " a gradient is wrong, or if none is ok, because then the check shows nothing.",
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
            description = "The features at which to check: safetensors with a tensor x, an image or a point cloud"
                    + " (default: normally distributed numbers).")
    private @Nullable Path input;

    @Mixin
    private final SizeOptions size = new SizeOptions();

    @Option(
            names = "--n",
            paramLabel = "N",
            converter = PositionsOption.Converter.class,
            description =
                    "Without --input: positions, a number, a grid or a video (default: 4x6; few, because each adds kinks).")
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
            description = "Allowed error of a gradient, relative to its slope's size, beyond the differences' own error"
                    + " (default: " + GradientCheck.TOLERANCE + ").")
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
            throw console.usage("--size and --positions resize the image of --input, which is not given; without it --n"
                    + " sets the number of positions");
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
            throw console.usage("--n and --batch cannot be combined with --input, which has its own shape");
        }
        try (Input x = InputOptions.open(console, file, block, models.seed(), size.size(console), devices.budget())) {
            admit(block, engine, x.what(), x.shape());
            Tensor features = x.tensor();
            if (features.nonFinite() > 0) {
                throw new DataException("%s holds %,d NaN or infinite values, at which no differences exist"
                        .formatted(x.what(), features.nonFinite()));
            }
            return check(block, engine, features);
        }
    }

    /** Checks both passes, because both run, one after the other. */
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

    /** The requested grid, or a small one of the first kind that the block takes. */
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

    /** Behind a gate at 0 every gradient is 0, so checking them shows nothing. */
    private void noteZeroGates(Model model) {
        List<String> gates = model.block().parameters().stream()
                .filter(p -> p.init() == Parameter.Init.ZERO
                        && (p.elements() == 1 || p.fileShape().size() == 4))
                .map(Parameter::name)
                .filter(name -> allZero(model.weights().get(name)))
                .toList();
        if (!gates.isEmpty()) {
            console.note("warning: %s is 0, and so is every gradient behind it; without --weights every gate is random"
                    .formatted(String.join(", ", gates)));
        } else if (models.weightsFile() == null) {
            console.note("gates and last layers are random here, although training starts them at 0: behind a 0"
                    + " every gradient is 0");
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
