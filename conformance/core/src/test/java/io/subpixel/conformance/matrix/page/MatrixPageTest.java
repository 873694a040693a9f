package io.subpixel.conformance.matrix.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.subpixel.conformance.matrix.Figures;
import io.subpixel.conformance.matrix.MatrixResult;
import io.subpixel.conformance.matrix.MatrixResult.Cell;
import io.subpixel.conformance.matrix.MatrixResult.Form;
import io.subpixel.conformance.matrix.MatrixResult.RuntimeEntry;
import io.subpixel.conformance.matrix.MatrixResult.SubjectEntry;
import io.subpixel.conformance.matrix.MatrixResult.Verdict;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page of results whose every text is hostile. */
class MatrixPageTest {
  private static final String HOSTILE = "</td><script>alert(1)</script>\" onload='x' & {{name}} ";

  private static String hostile(String which) {
    return HOSTILE + which;
  }

  private static final MatrixResult RESULT =
      new MatrixResult(
          Map.of(hostile("fact"), hostile("value")),
          hostile("command") + "\u0001",
          hostile("data"),
          List.of(
              new RuntimeEntry("samediff", hostile("reference"), hostile("version"), null),
              new RuntimeEntry("other", hostile("other"), hostile("its version"), null),
              new RuntimeEntry("absent", hostile("absent"), null, hostile("missing"))),
          List.of(
              new SubjectEntry(hostile("subject"), hostile("origin"), hostile("by"), 2, "y<b>")),
          List.of(
              new Cell(
                  hostile("subject"),
                  Form.PLAIN,
                  "samediff",
                  Verdict.REFERENCE,
                  null,
                  List.of(new Figures("a.png", 40, 30, 31.25, 0.9, 0, 0, 1, 12.5))),
              new Cell(
                  hostile("subject"),
                  Form.PLAIN,
                  "other",
                  Verdict.BROKEN,
                  hostile("difference"),
                  List.of(new Figures("a.png", 40, 30, 31, 0.8, 0.25, 0.5, 0.75, 7))),
              new Cell(
                  hostile("subject"),
                  Form.PIXELS,
                  "other",
                  Verdict.FAILED,
                  hostile("refusal"),
                  List.of())));

  @Test
  void everyValueIsTextWhateverItHolds() throws Exception {
    String html = MatrixPage.write(RESULT, new Gallery());
    Document page =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(html.substring(html.indexOf('\n')))));
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
    assertThat(texts(page, "summary"))
        .containsExactly(hostile("subject") + ", ×2, y<b>, reference by " + hostile("by"));
    assertThat(texts(page, "code")).containsExactly("bin/" + hostile("command") + "\ufffd");
    assertThat(texts(page, "th"))
        .contains(hostile("fact"), hostile("subject") + hostile("origin"), hostile("other"));
    assertThat(texts(page, "td"))
        .contains(
            "31.25 dB0.9000",
            "5.0e-012.5e-01 dB",
            "12.50",
            hostile("value"),
            hostile("difference"),
            hostile("refusal"),
            "Absent. " + hostile("missing"));
    assertThat(texts(page, "li"))
        .containsExactly(
            hostile("absent") + " is absent. " + hostile("missing"),
            hostile("other") + ", plain model, broken: " + hostile("difference"),
            hostile("other") + ", pixel model, failed: " + hostile("refusal"));
    NodeList boxes = page.getElementsByTagName("td");
    assertThat(IntStream.range(0, boxes.getLength()).mapToObj(i -> (Element) boxes.item(i)))
        .extracting(box -> box.getAttribute("title"))
        .contains(hostile("difference"), hostile("refusal"), hostile("missing"));
  }

  private static List<String> texts(Document page, String tag) {
    NodeList found = page.getElementsByTagName(tag);
    return IntStream.range(0, found.getLength())
        .mapToObj(i -> found.item(i).getTextContent())
        .toList();
  }
}
