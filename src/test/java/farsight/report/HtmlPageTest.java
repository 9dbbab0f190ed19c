package farsight.report;

import static org.assertj.core.api.Assertions.assertThat;

import farsight.report.chart.Units;
import farsight.sweep.Point;
import farsight.sweep.Status;
import farsight.sweep.SweepResult;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlPageTest {

    @Test
    void thePageIsSelfContainedAndRunsNoScript() {
        Pages.selfContained(HtmlPage.text(Samples.talk()));
    }

    @Test
    void everyElementIsClosed() {
        Pages.closed(HtmlPage.text(Samples.realistic(true)));
    }

    @Test
    void foreignTextIsEscaped() {
        Point p = Samples.with(
                Samples.point("<i>block</i>", 1024, 0, false), Status.FAILED, "<script>alert(\"x\")</script> & 'y'");
        LinkedHashMap<String, String> about = new LinkedHashMap<>();
        about.put("<b>label</b>", "<u>value</u>");
        String page =
                HtmlPage.text(new SweepResult("<title> & co", "", about, 1_000_000, "<em>limit</em>", List.of(p)));
        assertThat(page)
                .doesNotContain("<i>", "<script", "<b>", "<u>", "<em>", "<title> &")
                .contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;")
                .contains("&lt;b&gt;label&lt;/b&gt;", "&lt;u&gt;value&lt;/u&gt;", "&lt;title&gt; &amp; co");
    }

    @Test
    void everyPointIsARow() {
        SweepResult sweep = Samples.realistic(true);
        String page = HtmlPage.text(sweep);
        assertThat(Pages.count(page, "<tr class=")).isEqualTo(sweep.points().size());
        assertThat(Pages.count(page, "<tr class=\"refused\">")).isEqualTo(4);
        assertThat(Pages.count(page, "<td class=\"note\" colspan=")).isEqualTo(4);
    }

    @Test
    void missingChartsAndPointsAreNoted() {
        assertThat(HtmlPage.text(Samples.sweep("", List.of()))).contains("No point of this sweep has finished yet");
        assertThat(HtmlPage.text(Samples.sweep("", List.of(Samples.point("latentgnn", 64, 16, false)))))
                .contains("Not drawn: Memory against d");
        assertThat(HtmlPage.text(Samples.sweep("", List.of(Samples.point("gc", 64, 0, false)))))
                .doesNotContain("Not drawn");
    }

    @Test
    void onlyTheTalkPresetHasTheComputedClaim() {
        assertThat(HtmlPage.text(Samples.realistic(false))).doesNotContain("class=\"claim\"");
        String page = HtmlPage.text(Samples.talk()).replace('\u00a0', ' ');
        assertThat(page).contains("250,000² = 62,500,000,000 entries: 500 GB in float64", "250 GB in float32");
        long bytes = Samples.point("latentgnn", 250_000, 64, false).measuredBytes();
        assertThat(page)
                .contains("LatentGNN (d = 64), forward and backward: measured %s".formatted(Units.bytes(bytes)))
                .contains("takes %s times as much".formatted(Units.ratio(250e9 / bytes)))
                .contains("figure is %s times as much".formatted(Units.ratio(500e9 / bytes)));
    }

    @Test
    void theTalksBoxSaysSoWhenNothingWasMeasuredThere() {
        SweepResult sweep = Samples.sweep("talk", List.of(Samples.point("latentgnn", 1024, 64, false)));
        assertThat(HtmlPage.text(sweep).replace('\u00a0', ' '))
                .contains("This sweep has no point of LatentGNN at N = 250,000.");
    }

    /** A resident size below the arrays' bytes is no peak of a process that held them. */
    @Test
    void residentSizesAreShownIfEveryPointHasAPlausiblePeak() {
        SweepResult sweep = Samples.realistic(false);
        Point first = sweep.points().getFirst();
        assertThat(first.residentBytes()).isGreaterThan(first.measuredBytes());
        assertThat(HtmlPage.text(sweep)).contains(">Resident</th>", "<dt>Resident</dt>");
        for (long none : new long[] {-1, 0, first.measuredBytes() - 1}) {
            Point changed = Samples.set(first, "residentBytes", Long.toString(none));
            String page = HtmlPage.text(Samples.mapped(sweep, p -> p.equals(first) ? changed : p));
            assertThat(page).doesNotContain(">Resident</th>").doesNotContain("<dt>Resident</dt>");
        }
    }

    /** Of blocks that share a name in papers a page says which is which. */
    @Test
    void everyBlockIsThereWithTheOptionsOfItsSpec() {
        Point released = Samples.set(
                Samples.point("latentgnn", 1024, 64, false),
                "spec",
                "{\"block\":\"latentgnn\",\"channels\":64,\"latentDims\":[64],\"channelStride\":4}");
        assertThat(HtmlPage.text(Samples.sweep("", List.of(released))))
                .contains("<dt>LatentGNN</dt>\n<dd>block latentgnn, channelStride 4</dd>");
    }
}
