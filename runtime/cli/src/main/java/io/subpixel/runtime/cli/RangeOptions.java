package io.subpixel.runtime.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code --start} and {@code --end}, for every command that reads clips. */
public final class RangeOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--start",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Video: start time, in seconds or as [HH:]MM:SS.")
  private double start;

  @Option(
      names = "--end",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Video: end time.")
  private double end = Double.POSITIVE_INFINITY;

  static final class TimeConverter implements ITypeConverter<Double> {
    private static final Pattern FORM =
        Pattern.compile("(?:(?:(\\d{1,4}):)?([0-5]?\\d):)?(\\d{1,7}(?:\\.\\d{1,9})?)");

    @Override
    public Double convert(String value) {
      Matcher form = FORM.matcher(value);
      if (!form.matches()) {
        throw new TypeConversionException(
            "expected seconds or [HH:]MM:SS, such as 12.5 or 1:30, received " + value);
      }
      double hours = form.group(1) == null ? 0 : Double.parseDouble(form.group(1));
      double minutes = form.group(2) == null ? 0 : Double.parseDouble(form.group(2));
      return 3600 * hours + 60 * minutes + Double.parseDouble(form.group(3));
    }
  }

  /** Returns the start in seconds; 0 by default. */
  public double start() {
    return start;
  }

  /** Returns the end in seconds, exclusive; infinity by default. */
  public double end() {
    return end;
  }

  /**
   * Checks that the range isn't empty.
   *
   * @throws ParameterException if it is
   */
  public void check() {
    if (start >= end) {
      throw new ParameterException(
          command.commandLine(),
          "--start: expected less than --end " + end + ", received " + start);
    }
  }
}
