package farsight.report;

import farsight.evidence.Estimate;
import farsight.evidence.Judgement;
import farsight.evidence.Metric;
import farsight.evidence.Study;
import farsight.evidence.StudyResults;
import farsight.evidence.TrialCost;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A study's results as JSON. */
final class StudyJson {

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private StudyJson() {}

    static String of(StudyResults r, Map<String, String> about) {
        ObjectNode o = JSON.createObjectNode();
        Study study = r.study();
        o.put("study", study.name());
        o.put("title", study.title());
        o.put("question", study.question());
        o.put("seeds", study.seeds());
        ArrayNode rows = o.putArray("rows");
        for (Study.Pair p : study.pairs()) {
            ObjectNode row = rows.addObject();
            row.put("setting", p.setting().label());
            row.put("task", p.setting().task().describe());
            row.put("training", p.setting().training());
            row.put("variant", p.variant().label());
            ArrayNode insert = row.putArray("insert");
            p.variant().insert().forEach(insert::add);
            TrialCost c = r.cost(p);
            row.put("parameters", c.parameters());
            row.put("batch", c.batch());
            row.put("steps", c.steps());
            row.put("stepBytes", c.bytes());
            row.put("stepMedianNanos", c.medianNanos());
            row.put("stepMinNanos", c.minNanos());
            row.put("diverged", r.diverged(p));
            for (Metric m : Metric.values()) {
                r.estimate(p, m).ifPresent(e -> estimate(row.putObject(m.id()), e));
            }
        }
        o.set("claims", claims(List.of(r)));
        ObjectNode facts = o.putObject("about");
        about.forEach(facts::put);
        return JSON.writeValueAsString(o) + "\n";
    }

    /** The claims of some studies. */
    static String ledger(List<StudyResults> all) {
        ObjectNode o = JSON.createObjectNode();
        o.set("claims", claims(all));
        return JSON.writeValueAsString(o) + "\n";
    }

    private static ArrayNode claims(List<StudyResults> all) {
        ArrayNode claims = JSON.createArrayNode();
        for (StudyResults r : all) {
            for (Judgement j : Judgement.of(r)) {
                ObjectNode o = claims.addObject();
                o.put("study", r.study().name());
                o.put("claim", j.claim().text());
                o.put("source", j.claim().source());
                o.put("published", j.claim().published());
                o.put("verdict", j.verdict().text());
                o.put("untested", j.claim().untested());
                o.put("conclusion", j.claim().conclusion());
                ArrayNode findings = o.putArray("findings");
                for (Judgement.Finding f : j.findings()) {
                    ObjectNode one = findings.addObject();
                    one.put("setting", f.setting());
                    one.put("test", LedgerText.test(f.test()));
                    estimate(one.putObject("figure"), f.figure());
                    one.put("verdict", f.verdict().text());
                }
            }
        }
        return claims;
    }

    /** JSON has no infinity, which the ends of one value's interval are. */
    private static void estimate(ObjectNode o, Estimate e) {
        o.put("mean", e.mean());
        if (e.count() > 1) {
            o.put("low", e.low());
            o.put("high", e.high());
        }
        o.put("seeds", e.count());
    }
}
