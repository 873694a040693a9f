package io.subpixel.runtime.spark.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Abortable;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Outputs that appear whole or not at all. */
class OutputFileTest {
  private static final byte[] BYTES = "a picture".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private static FileSystem opened(RawLocalFileSystem system) throws IOException {
    system.initialize(URI.create("file:///"), new Configuration(false));
    return system;
  }

  private OutputFile file(FileSystem system) throws IOException {
    return new OutputFile(
        system,
        new org.apache.hadoop.fs.Path(folder + "/out/deep/a b.png"),
        new org.apache.hadoop.fs.Path(folder + "/temporary/1"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .toList();
    }
  }

  @Test
  void aFileIsRenamedWhenItIsComplete() throws IOException {
    FileSystem local = opened(new RawLocalFileSystem());
    try (OutputFile file = file(local)) {
      file.write(BYTES);
      assertThat(files()).containsExactly("temporary/1");
      file.commit();
      assertThat(file.bytes()).isEqualTo(BYTES.length);
    }
    assertThat(files()).containsExactly("out/deep/a b.png");
    assertThat(folder.resolve("out/deep/a b.png")).hasBinaryContent(BYTES);
    try (OutputFile again = file(local)) {
      again.write(BYTES);
      again.commit();
    }
    assertThat(files()).containsExactly("out/deep/a b.png");
  }

  @Test
  void whatIsNotCommittedIsDropped() throws IOException {
    try (OutputFile file = file(opened(new RawLocalFileSystem()))) {
      file.write(BYTES);
    }
    assertThat(files()).isEmpty();
    try (OutputFile file = file(opened(new RawLocalFileSystem()))) {
      assertThat(file.bytes()).isZero();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void aFolderInItsPlaceIsAFailure() throws IOException {
    Files.createDirectories(folder.resolve("out/deep/a b.png/folder"));
    assertThatThrownBy(
            () -> {
              try (OutputFile file = file(opened(new RawLocalFileSystem()))) {
                file.write(BYTES);
                file.commit();
              }
            })
        .isInstanceOf(IOException.class);
    assertThat(files()).isEmpty();
  }

  /** Such as object stores: one request, when the file is closed. */
  @Test
  void aStoreWhoseFilesAppearWhenClosedGetsThemAtOnce() throws IOException {
    try (OutputFile file = file(opened(new Closing()))) {
      file.write(BYTES);
      assertThat(files()).isEmpty();
      file.commit();
    }
    assertThat(files()).containsExactly("out/deep/a b.png");
    Files.delete(folder.resolve("out/deep/a b.png"));
    try (OutputFile file = file(opened(new Closing()))) {
      file.write(BYTES);
    }
    assertThat(files()).isEmpty();
  }

  /** Stands for S3A, which needs a network and half a gigabyte of libraries. */
  private static final class Closing extends RawLocalFileSystem {
    @Override
    public boolean hasPathCapability(org.apache.hadoop.fs.Path path, String capability)
        throws IOException {
      return capability.equals(CommonPathCapabilities.ABORTABLE_STREAM)
          || super.hasPathCapability(path, capability);
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress) {
      FsPermission permission = FsPermission.getFileDefault();
      return create(path, permission, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        FsPermission permission,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress) {
      return new FSDataOutputStream(new Pending(pathToFile(path).toPath()), null);
    }
  }

  private static final class Pending extends ByteArrayOutputStream implements Abortable {
    private final Path file;
    private boolean ended;

    Pending(Path file) {
      this.file = file;
    }

    @Override
    public AbortableResult abort() {
      ended = true;
      return new AbortableResult() {
        @Override
        public boolean alreadyClosed() {
          return false;
        }

        @Override
        public @Nullable IOException anyCleanupException() {
          return null;
        }
      };
    }

    @Override
    public void close() throws IOException {
      if (!ended) {
        ended = true;
        Files.createDirectories(file.getParent());
        Files.write(file, toByteArray());
      }
    }
  }
}
