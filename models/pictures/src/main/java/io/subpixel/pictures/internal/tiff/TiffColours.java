package io.subpixel.pictures.internal.tiff;

import com.twelvemonkeys.imageio.color.ColorProfiles;
import com.twelvemonkeys.imageio.color.ColorSpaces;
import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.internal.colour.Srgb;
import io.subpixel.pictures.internal.metadata.Icc;
import io.subpixel.pictures.internal.metadata.Ifd;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.color.ProfileDataException;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Converts samples in TIFF's colour spaces to grey or RGB of 8 or 16 bits. */
abstract class TiffColours {
  /** Returns 1 for grey, 3 for RGB. */
  abstract int channels();

  /** Returns 8 or 16. */
  abstract int depth();

  /**
   * Converts pixels.
   *
   * @param from samples of consecutive pixels, {@code step} apart
   * @param into receives interleaved colours
   */
  abstract void convert(int[] from, int step, int pixels, int[] into) throws IOException;

  /**
   * Returns the conversion that a file needs.
   *
   * @param greatest the maximum sample of each colour
   */
  static TiffColours of(TiffForm form, int[] greatest, String where) throws IOException {
    Ifd directory = form.directory();
    int depth = Arrays.stream(greatest).anyMatch(each -> each > 255) ? 16 : 8;
    return switch (form.photometric()) {
      case WHITE_IS_ZERO -> new Plain(greatest, depth, true);
      case BLACK_IS_ZERO, RGB -> new Plain(greatest, depth, false);
      case PALETTE -> palette(directory, where);
      case CMYK -> new Cmyk(new Plain(greatest, depth, false), directory.bytes(TiffFile.ICC));
      case YCBCR -> new Ycbcr(directory, greatest[0]);
      case CIELAB, ICCLAB -> new Lab(form.photometric(), depth);
    };
  }

  private static TiffColours palette(Ifd directory, String where) throws InvalidInputException {
    long[] map = directory.numbers(TiffFile.COLOUR_MAP);
    if (map.length < 3) {
      throw new InvalidInputException(where, "the colours of its palette", "none");
    }
    // Some programs write colours of 8 bits, although the specification requires 16.
    boolean small = Arrays.stream(map).allMatch(each -> each < 256);
    int[] colours = new int[map.length];
    Arrays.setAll(colours, i -> (int) (small ? map[i] : map[i] >> 8) & 0xff);
    byte[] profile = directory.bytes(TiffFile.ICC);
    return new Palette(colours, profile == null || Icc.fits(profile, false));
  }

  /** Scales {@code value} from {@code 0..from} to {@code 0..to}, rounded. */
  static int scaled(int value, int from, int to) {
    return from == to ? value : (int) (((long) value * to + from / 2) / from);
  }

  /** Grey or RGB, which needs no conversion. */
  private static final class Plain extends TiffColours {
    private final int[] greatest;
    private final int depth;
    private final int all;
    private final int flip;

    Plain(int[] greatest, int depth, boolean inverted) {
      this.greatest = greatest;
      this.depth = depth;
      all = (1 << depth) - 1;
      flip = inverted ? all : 0;
    }

    @Override
    int channels() {
      return greatest.length;
    }

    @Override
    int depth() {
      return depth;
    }

    @Override
    void convert(int[] from, int step, int pixels, int[] into) {
      int n = greatest.length;
      for (int i = 0; i < pixels; i++) {
        for (int c = 0; c < n; c++) {
          into[n * i + c] = scaled(from[step * i + c], greatest[c], all) ^ flip;
        }
      }
    }
  }

  private static final class Palette extends TiffColours {
    private final int[] colours;
    private final int size;
    private final boolean isGrey;

    /** Creates a palette from all red, then all green, then all blue values. */
    Palette(int[] colours, boolean mayBeGrey) {
      this.colours = colours;
      size = colours.length / 3;
      boolean grey = mayBeGrey;
      for (int i = 0; i < size; i++) {
        grey &= colours[i] == colours[size + i] && colours[i] == colours[2 * size + i];
      }
      isGrey = grey;
    }

    @Override
    int channels() {
      return isGrey ? 1 : 3;
    }

    @Override
    int depth() {
      return 8;
    }

    @Override
    void convert(int[] from, int step, int pixels, int[] into) throws IOException {
      int n = channels();
      for (int i = 0; i < pixels; i++) {
        int index = from[step * i];
        if (index >= size) {
          throw new IOException("a pixel refers to a colour that its palette lacks");
        }
        for (int c = 0; c < n; c++) {
          into[n * i + c] = colours[c * size + index];
        }
      }
    }
  }

  /** Converts CMYK with the profile of the inks, or as ideal inks without one. */
  private static final class Cmyk extends TiffColours {
    private final Plain inks;
    private final @Nullable ColorConvertOp profile;
    private int[] scaled = {};

    Cmyk(Plain inks, byte @Nullable [] profile) {
      this.inks = inks;
      this.profile = profile == null ? null : conversion(profile);
    }

    private static @Nullable ColorConvertOp conversion(byte[] bytes) {
      try {
        ICC_Profile profile = ColorProfiles.createProfile(bytes);
        if (profile.getColorSpaceType() != ColorSpace.TYPE_CMYK) {
          return null;
        }
        ColorConvertOp conversion =
            new ColorConvertOp(
                ColorSpaces.createColorSpace(profile),
                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                null);
        // Only its first use shows whether the profile works.
        conversion.filter(raster(DataBuffer.TYPE_BYTE, 1, 4), raster(DataBuffer.TYPE_BYTE, 1, 3));
        return conversion;
      } catch (IllegalArgumentException | CMMException | ProfileDataException e) {
        // As in JPEG, a broken profile is ignored.
        return null;
      }
    }

    private static WritableRaster raster(int type, int pixels, int bands) {
      return Raster.createInterleavedRaster(type, pixels, 1, bands, null);
    }

    @Override
    int channels() {
      return 3;
    }

    @Override
    int depth() {
      return inks.depth;
    }

    @Override
    void convert(int[] from, int step, int pixels, int[] into) {
      scaled = scaled.length == 4 * pixels ? scaled : new int[4 * pixels];
      inks.convert(from, step, pixels, scaled);
      if (profile != null) {
        int type = inks.depth == 8 ? DataBuffer.TYPE_BYTE : DataBuffer.TYPE_USHORT;
        WritableRaster cmyk = raster(type, pixels, 4);
        cmyk.setPixels(0, 0, pixels, 1, scaled);
        profile.filter(cmyk, raster(type, pixels, 3)).getPixels(0, 0, pixels, 1, into);
        return;
      }
      int all = inks.all;
      for (int i = 0; i < pixels; i++) {
        long paper = (long) all - scaled[4 * i + 3];
        for (int c = 0; c < 3; c++) {
          into[3 * i + c] = (int) (((all - scaled[4 * i + c]) * paper + all / 2) / all);
        }
      }
    }
  }

  /** TIFF 6.0, section 20. */
  private static final class Ycbcr extends TiffColours {
    private static final double[] BT601 = {0.299, 0.587, 0.114};

    private final int all;
    private final double[] luma;
    private final double[] black = new double[3];
    private final double[] factor = new double[3];

    Ycbcr(Ifd directory, int all) {
      this.all = all;
      double[] luma = directory.fractions(TiffFile.YCBCR_COEFFICIENTS);
      this.luma = luma.length == 3 && luma[1] > 0 ? luma : BT601;
      double[] range = directory.fractions(TiffFile.REFERENCE_BLACK_WHITE);
      int middle = (all + 1) / 2;
      for (int c = 0; c < 3; c++) {
        double from = c == 0 ? 0 : middle;
        double to = all;
        if (range.length == 6 && range[2 * c + 1] > range[2 * c]) {
          from = range[2 * c];
          to = range[2 * c + 1];
        }
        black[c] = from;
        factor[c] = (c == 0 ? all : middle - 1) / (to - from);
      }
    }

    @Override
    int channels() {
      return 3;
    }

    @Override
    int depth() {
      return all > 255 ? 16 : 8;
    }

    @Override
    void convert(int[] from, int step, int pixels, int[] into) {
      for (int i = 0; i < pixels; i++) {
        double y = (from[step * i] - black[0]) * factor[0];
        double cb = (from[step * i + 1] - black[1]) * factor[1];
        double cr = (from[step * i + 2] - black[2]) * factor[2];
        double red = y + cr * (2 - 2 * luma[0]);
        double blue = y + cb * (2 - 2 * luma[2]);
        double green = (y - luma[0] * red - luma[2] * blue) / luma[1];
        into[3 * i] = clipped(red);
        into[3 * i + 1] = clipped(green);
        into[3 * i + 2] = clipped(blue);
      }
    }

    private int clipped(double value) {
      return (int) Math.max(0, Math.min(all, Math.rint(value)));
    }
  }

  /** Converts CIE 1976 L*a*b* with white point D50, as in Adobe's notes, to sRGB. */
  private static final class Lab extends TiffColours {
    /** D50, as {@link #TO_RGB} expects. */
    private static final double[] WHITE = {0.9642, 1, 0.8249};

    /** XYZ under D50 to linear sRGB: IEC 61966-2-1, with Bradford adaptation. */
    private static final double[][] TO_RGB = {
      {3.1338561, -1.6168667, -0.4906146},
      {-0.9787684, 1.9161415, 0.0334540},
      {0.0719453, -0.2289914, 1.4052427}
    };

    private final boolean isIcc;
    private final int depth;

    Lab(TiffForm.Photometric photometric, int depth) {
      isIcc = photometric == TiffForm.Photometric.ICCLAB;
      this.depth = depth;
    }

    @Override
    int channels() {
      return 3;
    }

    @Override
    int depth() {
      return depth;
    }

    @Override
    void convert(int[] from, int step, int pixels, int[] into) {
      int all = (1 << depth) - 1;
      double unit = depth == 8 ? 1 : 256;
      double white = isIcc ? 255 * unit : all;
      for (int i = 0; i < pixels; i++) {
        double y = (100 * from[step * i] / white + 16) / 116;
        double x = y + chroma(from[step * i + 1], unit) / 500;
        double z = y - chroma(from[step * i + 2], unit) / 200;
        double[] xyz = {linear(x) * WHITE[0], linear(y) * WHITE[1], linear(z) * WHITE[2]};
        for (int c = 0; c < 3; c++) {
          double light = TO_RGB[c][0] * xyz[0] + TO_RGB[c][1] * xyz[1] + TO_RGB[c][2] * xyz[2];
          into[3 * i + c] = (int) Math.max(0, Math.min(all, Math.rint(all * Srgb.encoded(light))));
        }
      }
    }

    private double chroma(int value, double unit) {
      if (isIcc) {
        return value / unit - 128;
      }
      return (depth == 8 ? (byte) value : (short) value) / unit;
    }

    private static double linear(double root) {
      double cube = root * root * root;
      return cube > 216 / 24389.0 ? cube : (116 * root - 16) * 27 / 24389.0;
    }
  }
}
