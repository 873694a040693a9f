package io.subpixel.runtime.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An amount of memory, such as {@code 512M} or {@code 2G}: binary multiples, bytes without a unit.
 */
record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,15})([kKmMgGtT]?)[bB]?");
  private static final String UNITS = "kmgt";

  static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String value) {
      Matcher form = FORM.matcher(value);
      if (form.matches()) {
        int power =
            form.group(2).isEmpty() ? 0 : UNITS.indexOf(form.group(2).toLowerCase(Locale.ROOT)) + 1;
        long number = Long.parseLong(form.group(1));
        if (number > 0 && number <= Long.MAX_VALUE >> (10 * power)) {
          return new ByteSize(number << (10 * power));
        }
      }
      throw new TypeConversionException("expected a size such as 512M or 2G, received " + value);
    }
  }
}
