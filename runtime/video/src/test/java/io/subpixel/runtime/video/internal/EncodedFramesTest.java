package io.subpixel.runtime.video.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.subpixel.pictures.Picture;
import io.subpixel.zoo.degradation.Degradation;
import io.subpixel.zoo.degradation.internal.ClipLoss.Format;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Needs no files: clips are drawn. */
class EncodedFramesTest {
  private final EncodedFrames encoded = new EncodedFrames();

  @ParameterizedTest
  @EnumSource(Format.class)
  void returnsTheRequestedFrame(Format format) {
    List<Picture> clip =
        IntStream.range(0, 5).mapToObj(i -> flat(40 + 40 * i, 200 - 30 * i, 90 + 10 * i)).toList();
    for (int kept = 0; kept < clip.size(); kept++) {
      Picture frame = encoded.apply(clip, kept, format, format.best());
      for (int c = 0; c < 3; c++) {
        assertThat(mean(frame, c)).isCloseTo(mean(clip.get(kept), c), within(4.0));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"H264,20,30,40", "VP9,20,40,60", "AV1,20,40,60", "MPEG4,2,8,24"})
  void aWorseQualityLosesMoreInPredictedFramesToo(Format format, int good, int fair, int bad) {
    List<Picture> clip = List.of(drawn(0), drawn(2), drawn(4));
    for (int kept = 0; kept < 3; kept++) {
      double least = error(clip.get(kept), encoded.apply(clip, kept, format, good));
      double more = error(clip.get(kept), encoded.apply(clip, kept, format, fair));
      double most = error(clip.get(kept), encoded.apply(clip, kept, format, bad));
      assertThat(least).isBetween(0.3, 8.0);
      assertThat(more).isGreaterThan(1.1 * least);
      assertThat(most).isGreaterThan(1.1 * more);
    }
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void oddAndTinySizesGoThrough(Format format) {
    for (int[] size : new int[][] {{1, 1}, {3, 17}, {35, 20}, {64, 7}}) {
      Picture frame = drawn(0).crop(0, 0, size[0], size[1]);
      Picture kept = encoded.apply(List.of(frame, frame), 1, format, format.best());
      assertThat(kept.width()).isEqualTo(size[0]);
      assertThat(kept.height()).isEqualTo(size[1]);
      assertThat(error(frame, kept)).isLessThan(25);
    }
  }

  @Test
  void theSeedDeterminesTheResultAndGreyStaysGrey() throws Exception {
    Degradation clip = Degradation.parse("clip");
    assertThat(clip.encodesClips()).isTrue();
    assertThat(Degradation.parse("photo").encodesClips()).isFalse();
    Picture hr = drawn(0);
    assertThat(clip.apply(hr, 2, 3).samples()).isEqualTo(clip.apply(hr, 2, 3).samples());
    assertThat(clip.apply(hr, 2, 3).samples()).isNotEqualTo(clip.apply(hr, 2, 4).samples());
    Picture grey = Picture.ofChannels(hr.channel(1));
    assertThat(Degradation.parse("shrink:area+h264:30").apply(grey, 2, 1).channels()).isEqualTo(1);
    for (int seed = 0; seed < 40; seed++) {
      Picture lr = clip.apply(hr, 2, seed);
      assertThat(error(Degradation.DEFAULT.apply(hr, 2, 0), lr)).isLessThan(30);
    }
  }

  private static Picture flat(int r, int g, int b) {
    byte[] samples = new byte[3 * 48 * 48];
    for (int i = 0; i < samples.length; i += 3) {
      samples[i] = (byte) r;
      samples[i + 1] = (byte) g;
      samples[i + 2] = (byte) b;
    }
    return new Picture(48, 48, 3, samples);
  }

  /** Waves, an edge and some grain, seen from a little further to the right. */
  private static Picture drawn(int right) {
    Random random = new Random(right);
    int side = 96;
    byte[] samples = new byte[3 * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double wave = 110 + 40 * Math.sin((x + right) * 0.23 + y * 0.11);
        double value = wave + (x + right > 50 ? 50 : 0) + 3 * random.nextGaussian();
        for (int c = 0; c < 3; c++) {
          samples[3 * (y * side + x) + c] = Picture.toSample((float) (value + 10 * c));
        }
      }
    }
    return new Picture(side, side, 3, samples);
  }

  private static double mean(Picture picture, int channel) {
    double sum = 0;
    for (float value : picture.channel(channel).values()) {
      sum += value;
    }
    return sum / (picture.width() * picture.height());
  }

  /** Root of the mean squared difference. */
  private static double error(Picture a, Picture b) {
    double sum = 0;
    for (int i = 0; i < a.samples().length; i++) {
      int difference = (a.samples()[i] & 0xff) - (b.samples()[i] & 0xff);
      sum += difference * difference;
    }
    return Math.sqrt(sum / a.samples().length);
  }
}
