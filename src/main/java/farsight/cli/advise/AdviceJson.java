package farsight.cli.advise;

import farsight.advise.Advice;
import farsight.advise.Assessment;
import farsight.advise.Change;
import farsight.advise.Choice;
import farsight.advise.Demand;
import farsight.advise.Loss;
import farsight.advise.Question;
import farsight.advise.Ranks;
import farsight.advise.TimeFigure;
import farsight.block.BlockSpec;
import farsight.block.Grid;
import farsight.cli.output.Console;
import farsight.evidence.Quality;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An advice as JSON. A figure that is unknown is null. */
final class AdviceJson {

    private AdviceJson() {}

    static ObjectNode of(Advice advice, AdviceFacts facts, Optional<TrainedOptions.Trained> trained) {
        ObjectNode o = Console.object();
        question(o.putObject("question"), advice.question(), facts);
        ArrayNode blocks = o.putArray("blocks");
        advice.blocks().forEach(a -> assessment(blocks.addObject(), a));
        o.put("fitting", advice.fitting().size());
        ArrayNode choices = o.putArray("choices");
        for (Choice c : advice.choices()) {
            ObjectNode choice = choices.addObject();
            choice.put("need", c.need());
            choice.put("take", c.taken().candidate().name());
            ArrayNode tied = choice.putArray("tied");
            c.tied().forEach(a -> tied.add(a.candidate().name()));
        }
        o.put("agreed", advice.agreed());
        o.put("cheapest", advice.cheapest().map(a -> a.candidate().name()).orElse(null));
        ArrayNode series = o.putArray("latentSeries");
        advice.series().forEach(s -> {
            ArrayNode rows = series.addArray();
            s.forEach(q -> quality(rows.addObject(), q));
        });
        trained.ifPresent(t -> trained(o.putObject("trained"), t));
        return o;
    }

    private static void question(ObjectNode o, Question q, AdviceFacts facts) {
        ArrayNode extents = o.putArray("n");
        facts.positions().extents().forEach(extents::add);
        o.put("channels", facts.channels());
        o.put("pass", q.pass().toString());
        o.put("device", facts.engine().id());
        number(o, "memoryBytes", q.memoryBytes() == Long.MAX_VALUE ? -1 : q.memoryBytes());
        number(o, "timeNanos", q.timeNanos() == Long.MAX_VALUE ? -1 : q.timeNanos());
        o.put("measureNanos", q.measureNanos());
    }

    private static void assessment(ObjectNode o, Assessment a) {
        o.put("block", a.candidate().choice().label());
        o.put("d", a.candidate().d());
        o.put("verdict", a.verdict().toString());
        o.put("why", a.why());
        if (a.demand().isPresent()) {
            Demand d = a.demand().get();
            o.set("spec", BlockSpec.tree(a.candidate().block()));
            grid(o, "grid", Optional.of(d.grid()));
            number(o, "predictedBytes", d.arrayBytes());
            number(o, "processBytes", d.processBytes());
            o.put("parameters", d.parameters());
            number(o, "flops", d.flops());
            time(o.putObject("time"), a.time());
        }
        ArrayNode losses = o.putArray("losses");
        for (Loss l : a.losses()) {
            ObjectNode loss = losses.addObject();
            loss.put("loss", l.share());
            loss.put("otherD", l.otherD());
            quality(loss.putObject("quality"), l.quality());
        }
        Change c = a.change();
        ObjectNode change = o.putObject("change");
        grid(change, "largestGridInMemory", c.withinMemory());
        grid(change, "largestGridInTime", c.withinTime());
        number(change, "largestSmallerD", c.d() == 0 ? -1 : c.d());
        number(change, "channelStride", c.stride() == 0 ? -1 : c.stride());
        change.put("streaming", c.streaming().isEmpty() ? null : c.streaming());
    }

    private static void time(ObjectNode o, TimeFigure t) {
        number(o, "nanos", t.nanos());
        o.put("measured", t.measured());
        o.put("settled", t.settled());
        o.put("source", t.source().toString());
        if (t.from() != null) {
            ObjectNode from = o.putObject("from");
            from.put("block", t.from().candidate().name());
            from.put("positions", t.from().grid().positions());
            from.put("flops", t.from().flops());
            from.put("nanos", t.from().nanos());
        }
    }

    private static void quality(ObjectNode o, Quality q) {
        o.put("study", q.study());
        o.put("task", q.task());
        o.put("need", q.need());
        o.put("variant", q.variant());
        o.put("block", q.block());
        o.put("d", q.d());
        o.put("metric", q.metric());
        o.put("mean", q.mean());
        o.put("low", q.low());
        o.put("high", q.high());
        o.put("seeds", q.seeds());
        o.put("chance", q.chance());
        o.put("best", q.best());
    }

    private static void trained(ObjectNode o, TrainedOptions.Trained t) {
        o.set("spec", BlockSpec.tree(t.block()));
        o.put("what", t.what());
        ArrayNode ranks = o.putArray("affinities");
        for (Ranks r : t.ranks()) {
            ObjectNode rank = ranks.addObject();
            rank.put("title", r.title());
            rank.put("queries", r.spectrum().queries());
            rank.put("keys", r.spectrum().keys());
            rank.put("exact", r.spectrum().exact());
            ObjectNode d = rank.putObject("d");
            Ranks.SHARES.forEach(share -> d.put("%.0f %%".formatted(100 * share), r.d(share)));
        }
        ArrayNode notes = o.putArray("notes");
        t.notes().forEach(notes::add);
    }

    private static void grid(ObjectNode o, String field, Optional<Grid> grid) {
        if (grid.isEmpty()) {
            o.putNull(field);
            return;
        }
        ArrayNode extents = o.putArray(field);
        grid.get().extents().forEach(extents::add);
    }

    /** A count, or null where it is negative. */
    private static void number(ObjectNode o, String field, long value) {
        if (value < 0) {
            o.putNull(field);
        } else {
            o.put(field, value);
        }
    }
}
