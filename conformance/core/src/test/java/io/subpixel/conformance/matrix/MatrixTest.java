package io.subpixel.conformance.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.subpixel.conformance.WrongModel;
import io.subpixel.conformance.matrix.MatrixResult.Cell;
import io.subpixel.conformance.matrix.MatrixResult.Form;
import io.subpixel.conformance.matrix.MatrixResult.RuntimeEntry;
import io.subpixel.conformance.matrix.MatrixResult.Verdict;
import io.subpixel.conformance.matrix.adapter.Adapters;
import io.subpixel.conformance.matrix.adapter.Places;
import io.subpixel.conformance.matrix.adapter.Runtimes;
import io.subpixel.pictures.Plane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every network in every runtime that this machine has; a missing runtime is skipped. */
class MatrixTest {
  private static final Path SET5 = Path.of(System.getProperty("subpixel.data", "."), "test/Set5");

  @SuppressWarnings("NullAway.Init") // JUnit fills it in
  private static Runtimes runtimes;

  @BeforeAll
  static void open() {
    Places places = new Places(Path.of("../target/npm"), "node", Places.CHROMIUM);
    runtimes = Runtimes.open(List.of(Adapters.values()), places, false);
  }

  @AfterAll
  static void close() {
    runtimes.close();
  }

  @TestFactory
  Stream<DynamicNode> everyNetworkGivesTheSameEverywhere() {
    MatrixRun run = run(HrPicture.drawn(2));
    return Subjects.names().stream().map(name -> dynamicContainer(name, tests(run, name)));
  }

  @TestFactory
  Stream<DynamicNode> soTheyDoOnPhotographs() throws IOException {
    if (!Files.isDirectory(SET5)) {
      return Stream.of(
          dynamicTest(
              "Set5", () -> abort(SET5 + ": no such folder; -Dsubpixel.data=DIR names it")));
    }
    MatrixRun run = run(HrPicture.of(SET5).subList(0, 1));
    return Stream.of("sesr-m11-x2", "sesr-m5-rgb-x2", "espcn-x3", "sesr-tiny-x2")
        .map(name -> dynamicContainer(name, tests(run, name)));
  }

  /** Runs when it is asked for its first test, so that a failure is that network's. */
  private static Stream<DynamicNode> tests(MatrixRun run, String name) {
    List<Cell> cells = new ArrayList<>();
    List<DynamicNode> tests = new ArrayList<>();
    tests.add(
        dynamicTest(
            "reference",
            () -> {
              cells.addAll(run.run(Subjects.make(name), new Silent()));
              assertThat(cells.get(0).verdict()).isEqualTo(Verdict.REFERENCE);
              assertThat(cells.get(0).summary().orElseThrow().psnr()).isBetween(5.0, 60.0);
            }));
    for (Form form : Form.values()) {
      for (RuntimeEntry runtime : runtimes.entries()) {
        if (!runtime.id().equals(Adapters.SAMEDIFF.id())) {
          tests.add(
              dynamicTest(form + " in " + runtime.title(), () -> check(runtime, form, cells)));
        }
      }
    }
    return tests.stream();
  }

  private static void check(RuntimeEntry runtime, Form form, List<Cell> cells) {
    if (runtime.absent() != null) {
      abort(runtime.absent());
    }
    Cell cell =
        cells.stream()
            .filter(c -> c.form() == form && c.runtime().equals(runtime.id()))
            .findFirst()
            .orElseThrow();
    if (cell.verdict() == Verdict.NOT_TAKEN) {
      assertThat(runtime.id() + " " + form).isEqualTo("opencv PIXELS");
      assertThat(cell.reason()).containsAnyOf("Gather", "expected a result of uint8");
      abort(runtime.title() + " takes no such model: " + cell.reason());
    }
    assertThat(cell.verdict()).as(cell.reason()).isIn(Verdict.EQUAL, Verdict.ROUNDED);
    Figures worst = cell.summary().orElseThrow();
    if (form == Form.PLAIN) {
      assertThat(worst.psnrDifference()).isLessThanOrEqualTo(1e-4);
      assertThat(worst.largestDifference()).isLessThanOrEqualTo(1e-4);
    }
    assertThat(worst.equalBytes()).isGreaterThan(0.999);
    assertThat(worst.milliseconds()).isPositive();
  }

  @Test
  void aWeightThatIsAHundredthOffIsFoundByEveryRuntime() throws IOException {
    Subject right = Subjects.make("sesr-tiny-x2");
    Subject wrong =
        new Subject(
            right.card(),
            right.origin(),
            right.referenceName(),
            right.reference(),
            WrongModel.of(right.plain()),
            WrongModel.of(right.pixels()));
    List<Cell> cells = run(HrPicture.drawn(1)).run(wrong, new Silent());
    for (Cell cell : cells.subList(1, cells.size())) {
      if (cell.verdict() != Verdict.NOT_TAKEN) {
        assertThat(cell.verdict()).as("%s", cell).isEqualTo(Verdict.BROKEN);
        assertThat(cell.reason()).contains("expected", "received");
      }
    }
  }

  @Test
  void aFileThatIsNoModelFailsEverywhere() throws IOException {
    Subject right = Subjects.make("sesr-tiny-x2");
    List<Cell> cells =
        run(HrPicture.drawn(1)).run(right.withPlain(new byte[] {1, 2, 3}), new Silent());
    assertThat(cells)
        .filteredOn(cell -> cell.form() == Form.PLAIN && cell.verdict() != Verdict.REFERENCE)
        .hasSize(runtimes.others().size())
        .allSatisfy(
            cell -> {
              assertThat(cell.verdict()).isEqualTo(Verdict.FAILED);
              assertThat(cell.reason()).isNotBlank().hasLineCount(1);
            });
  }

  private static MatrixRun run(List<HrPicture> pictures) {
    return new MatrixRun(
        Adapters.SAMEDIFF.id(), runtimes.reference(), runtimes.others(), pictures, 1);
  }

  private static final class Silent implements MatrixRun.Observer {
    @Override
    public void made(Subject subject, String runtime, Reference picture, Plane[] sr) {
      assertThat(sr).hasSize(subject.card().channels());
    }

    @Override
    public void judged(Cell cell) {}
  }
}
