package io.subpixel.commands;

import io.subpixel.pictures.UnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: a line for Subpixel, for each part of a command, and for Java. */
public abstract class Versions implements IVersionProvider {
  private static final String OWN = "/io/subpixel/commands/version.properties";

  /**
   * Returns lines on what the command is made of, such as {@code FFmpeg 8.1 (LGPL version 3 or
   * later)}, where the parentheses hold the licence. A part that can't be loaded throws {@link
   * UnavailableException} or {@link LinkageError}.
   */
  protected abstract List<Supplier<String>> parts();

  @Override
  public final String[] getVersion() {
    List<String> lines = new ArrayList<>();
    lines.add("Subpixel " + property(OWN) + " (Apache-2.0)");
    for (Supplier<String> part : parts()) {
      lines.add(line(part));
    }
    lines.add(
        "Java " + System.getProperty("java.version") + " of " + System.getProperty("java.vendor"));
    lines.add("System: " + System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    // A build with GPL natives is, as a whole, under their licence.
    boolean isGpl = lines.stream().anyMatch(line -> line.contains("(GPL "));
    lines.add("Licence: " + (isGpl ? "GPL version 3 or later" : "Apache-2.0"));
    return lines.toArray(String[]::new);
  }

  private static String line(Supplier<String> part) {
    try {
      return part.get();
    } catch (UnavailableException e) {
      return "not usable: " + e.getMessage();
    } catch (LinkageError e) {
      return "not usable: a native library can't be loaded on this machine";
    }
  }

  /** Returns the version of a jar on the class path that was built by Maven. */
  protected static String jar(String group, String artifact) {
    return property("/META-INF/maven/" + group + "/" + artifact + "/pom.properties");
  }

  private static String property(String resource) {
    try (InputStream in = Versions.class.getResourceAsStream(resource)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "of unknown version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
