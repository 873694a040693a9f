package io.subpixel.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the houses, as docs/architecture.md draws them. */
class HousesTest {
  private static final String PICTURES = "io.subpixel.pictures..";
  private static final String ZOO = "io.subpixel.zoo..";
  private static final String SHARDS = "io.subpixel.shards..";
  private static final String COMMANDS = "io.subpixel.commands..";
  private static final String VIDEO = "io.subpixel.runtime.video";
  private static final String VIDEOS_INSIDE = VIDEO + ".internal..";
  private static final String SERVER = "io.subpixel.runtime.server..";
  private static final String SPARK = "io.subpixel.runtime.spark..";
  private static final String RUNTIME = "io.subpixel.runtime..";
  private static final String CONVERTER = "io.subpixel.converter..";
  private static final String TRAINER = "io.subpixel.trainer..";
  private static final String CONFORMANCE = "io.subpixel.conformance..";
  private static final String[] ND4J = {"org.nd4j..", "org.deeplearning4j.."};
  private static final String ONNX_RUNTIME = "ai.onnxruntime..";

  @SuppressWarnings("NullAway.Init") // JUnit fills it in
  private static JavaClasses all;

  @BeforeAll
  static void readClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.subpixel");
  }

  @Test
  void everyHouseIsLookedAt() {
    for (String house :
        new String[] {
          "pictures",
          "zoo",
          "shards",
          "commands",
          "runtime",
          "runtime.server",
          "runtime.spark",
          "converter",
          "trainer",
          "conformance",
          "conformance.benchmark"
        }) {
      assertThat(all.stream().filter(c -> c.getPackageName().startsWith("io.subpixel." + house)))
          .as(house)
          .hasSizeGreaterThan(3);
    }
  }

  @Test
  void picturesKnowNobody() {
    noClasses()
        .that()
        .resideInAPackage(PICTURES)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.subpixel..")
                .and(not(resideInAPackage(PICTURES)))
                .or(resideInAnyPackage(ONNX_RUNTIME, ND4J[0], ND4J[1], "tools.jackson..")))
        .check(all);
  }

  @Test
  void zooKnowsPicturesAlone() {
    noClasses()
        .that()
        .resideInAPackage(ZOO)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.subpixel..")
                .and(not(resideInAnyPackage(PICTURES, ZOO)))
                .or(resideInAnyPackage(ONNX_RUNTIME, ND4J[0], ND4J[1])))
        .check(all);
  }

  @Test
  void shardsKnowModelsAlone() {
    noClasses()
        .that()
        .resideInAPackage(SHARDS)
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.subpixel..")
                .and(not(resideInAnyPackage(PICTURES, ZOO, SHARDS)))
                .or(resideInAnyPackage(ONNX_RUNTIME, ND4J[0], ND4J[1])))
        .check(all);
  }

  @Test
  void onlyShardsTouchCompress() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SHARDS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.commons.compress..")
        .check(all);
  }

  @Test
  void noLibraryKnowsCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.subpixel..cli", COMMANDS, CONFORMANCE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(COMMANDS)
        .check(all);
  }

  @Test
  void runtimeNeverSeesNd4j() {
    noClasses()
        .that()
        .resideInAPackage(RUNTIME)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(CONVERTER, TRAINER, CONFORMANCE, ND4J[0], ND4J[1])
        .check(all);
  }

  @Test
  void converterKnowsModelsAlone() {
    noClasses()
        .that()
        .resideInAPackage(CONVERTER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(RUNTIME, TRAINER, CONFORMANCE)
        .check(all);
  }

  @Test
  void trainerKnowsModelsAndVideoAlone() {
    noClasses()
        .that()
        .resideInAPackage(TRAINER)
        .should()
        .dependOnClassesThat(
            resideInAPackage(RUNTIME)
                .and(not(resideInAPackage(VIDEO)))
                .or(resideInAnyPackage(CONVERTER, CONFORMANCE, ONNX_RUNTIME)))
        .check(all);
  }

  @Test
  void onlyTrainersDataTouchVideo() {
    noClasses()
        .that()
        .resideInAPackage(TRAINER)
        .and()
        .resideOutsideOfPackage("io.subpixel.trainer.internal.data")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(VIDEO)
        .check(all);
  }

  @Test
  void onePackageOfEachHouseTouchesOnnxRuntime() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.subpixel.runtime",
            "io.subpixel.converter.internal.verification",
            "io.subpixel.conformance.bare")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ONNX_RUNTIME)
        .check(all);
  }

  @Test
  void onlyVideoTouchesItsInside() {
    noClasses()
        .that()
        .resideOutsideOfPackage(VIDEO + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(VIDEOS_INSIDE)
        .check(all);
  }

  @Test
  void onlyVideosInsideTouchesFfmpeg() {
    noClasses()
        .that()
        .resideOutsideOfPackage(VIDEOS_INSIDE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.ffmpeg..")
        .check(all);
  }

  @Test
  void twoPackagesTouchOpenCv() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.subpixel.conformance.matrix.opencv", "io.subpixel.conformance.evaluate.metrics")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.bytedeco.opencv..")
        .check(all);
  }

  @Test
  void onlyCommandsTouchPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.subpixel..cli", COMMANDS)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(all);
  }

  @Test
  void onlyTheServerTouchesHttp() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SERVER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..", "io.micrometer..", "io.prometheus..")
        .check(all);
  }

  @Test
  void onlyCommandsKnowTheServer() {
    noClasses()
        .that()
        .resideOutsideOfPackages(SERVER, "io.subpixel.runtime.cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(SERVER)
        .check(all);
  }

  @Test
  void onlyJobsTouchSpark() {
    noClasses()
        .that()
        .resideOutsideOfPackage(SPARK)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..", SPARK)
        .check(all);
  }

  @Test
  void onlyReportsTouchXChart() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.subpixel.trainer.internal.report")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.knowm.xchart..")
        .check(all);
  }

  @Test
  void onePackageFillsTemplates() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.subpixel.conformance.matrix.page")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.samskivert..")
        .check(all);
  }

  @Test
  void onlyTheBenchmarkTouchesJmh() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.subpixel.conformance.benchmark..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.openjdk.jmh..")
        .check(all);
  }

  @Test
  void webpIsReadInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.subpixel.pictures.internal.webp")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.luciad..")
        .check(all);
  }

  /** Packages form floors: none depends on one that depends on it. X and X.internal are one. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "pictures",
        "zoo",
        "shards",
        "commands",
        "runtime",
        "converter",
        "trainer",
        "conformance"
      })
  void noModuleHasACycleOfPackages(String module) {
    String root = "io.subpixel." + module;
    slices()
        .assignedFrom(new Packages(root))
        .should()
        .beFreeOfCycles()
        .check(all.that(resideInAPackage(root + "..")));
  }

  /** Each package is a slice, together with what is internal to it. */
  private record Packages(String root) implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass each) {
      return SliceIdentifier.of(each.getPackageName().replace(".internal", ""));
    }

    @Override
    public String getDescription() {
      return "packages below " + root;
    }
  }
}
