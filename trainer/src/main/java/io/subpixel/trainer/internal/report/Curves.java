package io.subpixel.trainer.internal.report;

import io.subpixel.trainer.history.Epoch;
import io.subpixel.trainer.history.History;
import io.subpixel.trainer.history.Quality;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Curves as PNG pictures of 1000x500: loss and PSNR over the epochs of a training, PSNR along a
 * clip. Figures that aren't finite are left out.
 */
public final class Curves {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 500;

  /** Of more points than this, markers would hide the line, and each can't have a label. */
  private static final int MARKED = 30;

  private static final Set<String> ADVERSARIES = Set.of("adversarial", "discriminator");

  private static final BasicStroke SOLID = new BasicStroke(2.2f);
  private static final BasicStroke DASHED =
      new BasicStroke(1.8f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {8, 6}, 0);

  private Curves() {}

  /**
   * A moment of a clip.
   *
   * @param seconds from the clip's beginning
   * @param psnr by the network, dB
   * @param bicubicPsnr by bicubic, dB
   * @param bilinearPsnr by bilinear, dB
   */
  public record Moment(double seconds, double psnr, double bicubicPsnr, double bilinearPsnr) {}

  /** Points of a curve, from left to right. */
  private record Points(List<Double> places, List<Double> values) {
    static Points of(List<Epoch> history, ToDoubleFunction<Epoch> figure) {
      return of(history, Epoch::epoch, figure);
    }

    static <T> Points of(List<T> all, ToDoubleFunction<T> place, ToDoubleFunction<T> figure) {
      Points points = new Points(new ArrayList<>(), new ArrayList<>());
      for (T each : all) {
        double value = figure.applyAsDouble(each);
        if (Double.isFinite(value)) {
          points.places.add(place.applyAsDouble(each));
          points.values.add(value);
        }
      }
      return points;
    }

    boolean isEmpty() {
      return places.isEmpty();
    }

    boolean areMarked() {
      return places.size() <= MARKED;
    }

    /** Of points at equal distances XChart labels too many; one amid the last two changes that. */
    Points unequallyFar() {
      int last = places.size() - 1;
      Points points = new Points(new ArrayList<>(places), new ArrayList<>(values));
      points.places.add(last, (places.get(last - 1) + places.get(last)) / 2);
      points.values.add(last, (values.get(last - 1) + values.get(last)) / 2);
      return points;
    }

    /** The last value all along the axis: dashes show only between points that lie apart. */
    Points across(XYStyler style) {
      double last = values.get(values.size() - 1);
      return new Points(List.of(style.getXAxisMin(), style.getXAxisMax()), List.of(last, last));
    }
  }

  /** The loss on a logarithmic axis; nothing if no epoch has one that can be shown there. */
  static Optional<byte[]> loss(List<Epoch> history, Shade shade) throws IOException {
    Points loss = Points.of(history, e -> e.loss() > 0 ? e.loss() : Double.NaN);
    if (loss.isEmpty()) {
      return Optional.empty();
    }
    LossAxis axis = LossAxis.over(loss.values);
    String unit = axis.isLogarithmic() ? "mean of an epoch, logarithmic" : "mean of an epoch";
    XYChart chart = chart("Loss", unit, history, shade);
    chart.getStyler().setLegendVisible(false);
    axis.apply(chart.getStyler());
    add(chart, "loss", loss, shade.line(0), false);
    return Optional.of(ChartEncoder.getBytes(chart, "png"));
  }

  /** What the loss consists of, save for what two networks do to each other. */
  static Optional<byte[]> terms(List<Epoch> history, Shade shade) throws IOException {
    return losses(
        "Terms of the loss",
        name -> !ADVERSARIES.contains(name),
        OptionalDouble.empty(),
        history,
        shade);
  }

  /** The losses of an adversarial training's two networks; at ln 2 the one can't tell. */
  static Optional<byte[]> adversaries(List<Epoch> history, Shade shade) throws IOException {
    return losses(
        "Adversarial loss and its discriminator's",
        ADVERSARIES::contains,
        OptionalDouble.of(Math.log(2)),
        history,
        shade);
  }

  private static Optional<byte[]> losses(
      String title,
      Predicate<String> isMeant,
      OptionalDouble level,
      List<Epoch> history,
      Shade shade)
      throws IOException {
    Map<String, Points> curves = new LinkedHashMap<>();
    List<Double> values = new ArrayList<>();
    level.ifPresent(values::add);
    for (String name : History.losses(history).stream().filter(isMeant).toList()) {
      Points points = Points.of(history, e -> positive(e.losses().get(name)));
      if (!points.isEmpty()) {
        curves.put(name, points);
        values.addAll(points.values);
      }
    }
    if (curves.isEmpty()) {
      return Optional.empty();
    }
    LossAxis axis = LossAxis.over(values);
    String unit = axis.isLogarithmic() ? "mean of an epoch, logarithmic" : "mean of an epoch";
    XYChart chart = chart(title, unit, history, shade);
    axis.apply(chart.getStyler());
    curves.forEach(
        (name, points) ->
            add(chart, name, points, shade.line(chart.getSeriesCollection().size()), false));
    level.ifPresent(
        value -> {
          Points first = new Points(List.of(), List.of(value));
          add(
              chart,
              "can't tell",
              first.across(chart.getStyler()),
              shade.line(curves.size()),
              true);
        });
    return Optional.of(ChartEncoder.getBytes(chart, "png"));
  }

  private static double positive(@Nullable Double value) {
    return value == null || value <= 0 ? Double.NaN : value;
  }

  /** PSNR on each set, bicubic as a dashed line; nothing if none was measured. */
  static Optional<byte[]> psnr(List<Epoch> history, Shade shade) throws IOException {
    XYChart chart = chart("PSNR", "dB", history, shade);
    chart.getStyler().setYAxisDecimalPattern("0.0#");
    List<String> sets = History.sets(history);
    for (int i = 0; i < sets.size(); i++) {
      String set = sets.get(i);
      Points ours = Points.of(history, e -> figure(e, set, Quality::psnr));
      if (!ours.isEmpty()) {
        add(chart, "network on " + set, ours, shade.line(i), false);
      }
      Points bicubic = Points.of(history, e -> figure(e, set, Quality::bicubicPsnr));
      if (!bicubic.isEmpty()) {
        add(chart, "bicubic on " + set, bicubic.across(chart.getStyler()), shade.line(i), true);
      }
    }
    return chart.getSeriesCollection().isEmpty()
        ? Optional.empty()
        : Optional.of(ChartEncoder.getBytes(chart, "png"));
  }

  /**
   * PSNR along a clip: the network, bicubic and bilinear.
   *
   * @param title above the curves, such as the clip's name
   * @param moments in their order, at least one; more than there are columns help nobody
   */
  public static byte[] alongClip(String title, List<Moment> moments) throws IOException {
    double first = moments.get(0).seconds();
    double last = moments.get(moments.size() - 1).seconds();
    XYChart chart = chart(title, "PSNR, dB", "seconds", first, last, Shade.LIGHT);
    chart.getStyler().setYAxisDecimalPattern("0.0#");
    chart.getStyler().setXAxisDecimalPattern("0.##");
    addMoments(chart, "network", Points.of(moments, Moment::seconds, Moment::psnr), 0);
    addMoments(chart, "bicubic", Points.of(moments, Moment::seconds, Moment::bicubicPsnr), 1);
    addMoments(chart, "bilinear", Points.of(moments, Moment::seconds, Moment::bilinearPsnr), 2);
    return ChartEncoder.getBytes(chart, "png");
  }

  private static void addMoments(XYChart chart, String name, Points points, int line) {
    if (!points.isEmpty()) {
      add(chart, name, points, Shade.LIGHT.line(line), false);
    }
  }

  private static double figure(Epoch epoch, String set, ToDoubleFunction<Quality> figure) {
    return History.quality(epoch, set).stream().mapToDouble(figure).findFirst().orElse(Double.NaN);
  }

  private static void add(XYChart chart, String name, Points points, Color colour, boolean dashed) {
    Points drawn = points.areMarked() ? points : points.unequallyFar();
    XYSeries series = chart.addSeries(name, drawn.places, drawn.values);
    series.setLineColor(colour);
    series.setLineStyle(dashed ? DASHED : SOLID);
    series.setMarkerColor(colour);
    boolean marked = !dashed && points.areMarked();
    series.setMarker(marked ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
  }

  private static XYChart chart(String title, String unit, List<Epoch> history, Shade shade) {
    int first = history.get(0).epoch();
    int last = history.get(history.size() - 1).epoch();
    return chart(title, unit, "epoch", first, last, shade);
  }

  private static XYChart chart(
      String title, String unit, String across, double first, double last, Shade shade) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(across)
            .yAxisTitle(unit)
            .build();
    XYStyler style = chart.getStyler();
    style.setLocale(Locale.ROOT);
    style.setChartBackgroundColor(shade.background());
    style.setPlotBackgroundColor(shade.background());
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(shade.grid());
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setPlotGridVerticalLinesVisible(false);
    style.setChartFontColor(shade.text());
    style.setAxisTickLabelsColor(shade.text());
    style.setXAxisTitleColor(shade.text());
    style.setYAxisTitleColor(shade.text());
    style.setAxisTickMarksColor(shade.grid());
    style.setChartTitleBoxVisible(false);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBackgroundColor(shade.background());
    style.setLegendBorderColor(shade.background());
    style.setMarkerSize(7);
    style.setChartPadding(14);
    style.setXAxisMin(first == last ? first - 1 : first);
    style.setXAxisMax(first == last ? last + 1 : last);
    style.setXAxisDecimalPattern("0.#");
    return chart;
  }
}
