package io.subpixel.conformance.matrix.page;

import io.subpixel.conformance.matrix.MatrixResult.Cell;
import io.subpixel.conformance.matrix.MatrixRun;
import io.subpixel.conformance.matrix.Reference;
import io.subpixel.conformance.matrix.Subject;
import io.subpixel.conformance.parity.Parity;
import io.subpixel.pictures.Picture;
import io.subpixel.pictures.Plane;
import io.subpixel.pictures.metrics.Metrics;
import io.subpixel.pictures.resampling.Kernel;
import io.subpixel.pictures.resampling.Resampler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps, while the matrix runs, what its page shows of the first network's pictures. */
public final class Gallery implements MatrixRun.Observer {
  /** A page of more would take long to open. */
  private static final int MAX_SHOTS = 6;

  /** Sides in HR pixels; of a larger picture the middle is shown. */
  private static final int MAX_SIDE = 320;

  private final Map<String, Shot> shots = new LinkedHashMap<>();
  private String network = "";

  /**
   * A picture.
   *
   * @param name its name
   * @param bicubic the middle of it by bicubic
   * @param sr the same by the network, in the reference
   * @param bicubicPsnr of the whole, dB
   * @param srPsnr of the whole, dB
   * @param differences of each other runtime
   */
  record Shot(
      String name,
      Picture bicubic,
      Picture sr,
      double bicubicPsnr,
      double srPsnr,
      List<Difference> differences) {}

  /**
   * What a runtime's values are beside the reference's.
   *
   * @param runtime its id
   * @param map of the middle
   * @param largest of the whole
   */
  record Difference(String runtime, Picture map, double largest) {}

  /** The network whose pictures these are. */
  String network() {
    return network;
  }

  List<Shot> shots() {
    return List.copyOf(shots.values());
  }

  @Override
  public void made(Subject subject, String runtime, Reference picture, Plane[] sr) {
    if (network.isEmpty()) {
      network = subject.name();
    }
    if (!network.equals(subject.name())) {
      return;
    }
    Picture hr = picture.hr();
    int width = Math.min(hr.width(), MAX_SIDE);
    int height = Math.min(hr.height(), MAX_SIDE);
    int x = (hr.width() - width) / 2;
    int y = (hr.height() - height) / 2;
    Shot shot = shots.get(picture.name());
    if (shot != null) {
      Picture map = DifferenceMap.of(picture.sr(), sr).crop(x, y, width, height);
      double largest = Parity.largestDifference(picture.sr(), sr);
      shot.differences.add(new Difference(runtime, map, largest));
    } else if (shots.size() < MAX_SHOTS) {
      int scale = subject.card().scale();
      Picture lr = picture.lr();
      Picture bicubic = Resampler.enlarging(lr.width(), lr.height(), scale, Kernel.CUBIC).apply(lr);
      shots.put(
          picture.name(),
          new Shot(
              picture.name(),
              bicubic.crop(x, y, width, height),
              picture.bytes().crop(x, y, width, height),
              Metrics.psnr(hr, bicubic, scale),
              Metrics.psnr(hr, picture.bytes(), scale),
              new ArrayList<>()));
    }
  }

  @Override
  public void judged(Cell cell) {}
}
