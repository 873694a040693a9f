package io.subpixel.runtime;

import io.subpixel.pictures.internal.Temporaries;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Deletes folders into which ONNX Runtime unpacked its libraries in processes that were killed. It
 * deletes its own folder when a process ends. Only on Linux, where one can see which are in use.
 */
final class StaleNatives {
  private static final Path PROCESSES = Path.of("/proc");
  private static final String FOLDERS = "onnxruntime-java[0-9]*";
  private static final Pattern FOLDER = Pattern.compile("/(onnxruntime-java\\d+)/");

  /** A younger folder may still be in the process of unpacking. */
  private static final Duration YOUNG = Duration.ofMinutes(10);

  private StaleNatives() {}

  /** Deletes unused ones in a folder. What can't be deleted stays. */
  static void sweep(Path temporary) {
    try {
      List<Path> old = old(temporary);
      if (!old.isEmpty() && Files.isReadable(PROCESSES.resolve("self/maps"))) {
        Set<String> used = used();
        for (Path folder : old) {
          if (!used.contains(String.valueOf(folder.getFileName()))) {
            Temporaries.delete(folder);
          }
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // It belongs to someone else, or is already gone.
      return;
    }
  }

  private static List<Path> old(Path temporary) throws IOException {
    Instant latest = Instant.now().minus(YOUNG);
    List<Path> old = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, FOLDERS)) {
      for (Path folder : folders) {
        // Other users' processes can't be inspected.
        if (Files.isWritable(folder)
            && Files.getLastModifiedTime(folder).toInstant().isBefore(latest)) {
          old.add(folder);
        }
      }
    }
    return old;
  }

  /** Returns the names of folders from which a process has loaded a library. */
  private static Set<String> used() throws IOException {
    Set<String> used = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        Matcher folder = FOLDER.matcher(maps(process));
        while (folder.find()) {
          used.add(folder.group(1));
        }
      }
    }
    return used;
  }

  private static String maps(Path process) {
    try {
      return Files.readString(process.resolve("maps"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It has ended, or belongs to another user.
      return "";
    }
  }
}
