package io.subpixel.runtime.server.internal;

import io.subpixel.pictures.InvalidInputException;
import io.subpixel.pictures.codec.PictureFormat;
import io.subpixel.pictures.file.PictureFiles;
import io.subpixel.pictures.internal.AtomicFile;
import io.subpixel.pictures.internal.Temporaries;
import io.subpixel.runtime.server.Limit;
import io.subpixel.runtime.video.VideoUpscaler;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The jobs, in a folder for each: the upload, the journal's entry, the result. One at a time is
 * worked on. Whatever ends the process, the next one finds the ended jobs and goes on with the
 * others. Thread-safe; its methods write files.
 */
final class Jobs implements AutoCloseable {
  private static final String ENTRY = "job.json";
  private static final String IN = "in";
  private static final String OUT = "out";
  private static final String PREVIEW = "preview.jpg";

  /** A clip under way is its upload, the packets that it has so far, and its result. */
  private static final long ROOM_FOR_A_CLIP = 3;

  private static final long LOOK_NANOS = 500_000_000;
  private static final long PREVIEW_NANOS = 1_000_000_000;

  /** A job that ends the process again and again would do so for ever. */
  private static final int MAX_ATTEMPTS = 3;

  private static final SecureRandom RANDOM = new SecureRandom();

  /** What {@link #newId} makes. */
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final Settings settings;
  private final Upscaling upscaling;
  private final Clips clips;
  private final Metrics metrics;
  private final RequestLog log;
  private final Path folder;
  private final FileChannel lock;

  /** Changed under this object's lock; looked into without it, as files are written under it. */
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();

  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "serve-jobs");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean closing;

  private Jobs(
      Settings settings,
      Upscaling upscaling,
      Clips clips,
      Metrics metrics,
      RequestLog log,
      Path folder,
      FileChannel lock) {
    this.settings = settings;
    this.upscaling = upscaling;
    this.clips = clips;
    this.metrics = metrics;
    this.log = log;
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Reads the journal, and goes on with what isn't ended.
   *
   * @param folder is created if need be
   * @throws InvalidInputException if another service uses the folder
   * @throws IOException if it can't be read or written to
   */
  static Jobs open(
      Settings settings,
      Upscaling upscaling,
      Clips clips,
      Metrics metrics,
      RequestLog log,
      Path folder)
      throws IOException {
    Files.createDirectories(folder);
    FileChannel lock =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean opened = false;
    try {
      if (!isLocked(lock)) {
        throw new InvalidInputException(
            folder.toString(), "a folder that no other service uses", "one in use");
      }
      Jobs all = new Jobs(settings, upscaling, clips, metrics, log, folder, lock);
      all.read();
      opened = true;
      return all;
    } finally {
      if (!opened) {
        lock.close();
      }
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private synchronized void read() throws IOException {
    List<JobState> found;
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder, Jobs::isOfJob)) {
      found = new ArrayList<>();
      for (Path each : folders) {
        Optional<JobState> state = entry(each);
        if (state.isPresent()) {
          found.add(state.get());
        } else {
          // Its upload wasn't complete.
          Temporaries.delete(each);
        }
      }
    }
    found.sort(Comparator.comparing(JobState::created).thenComparing(JobState::id));
    for (JobState state : found) {
      Job job = new Job(state);
      jobs.put(state.id(), job);
      if (state.frames() != null && Files.exists(preview(job))) {
        job.previewFrame(state.phase().isEnded() ? state.frames() : 0);
      }
      if (!state.phase().isEnded()) {
        job.set(state.waiting());
        worker.execute(() -> run(job));
      }
    }
  }

  /** Other folders are somebody else's, who may have named one of his own for jobs. */
  private static boolean isOfJob(Path path) {
    return ID.matcher(String.valueOf(path.getFileName())).matches()
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private Optional<JobState> entry(Path jobFolder) throws IOException {
    Path file = jobFolder.resolve(ENTRY);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JobState state = Json.MAPPER.readValue(Files.readAllBytes(file), JobState.class);
      return Optional.ofNullable(state).filter(each -> jobFolder.endsWith(each.id()));
    } catch (JacksonException e) {
      log.event("warning", "an entry of the journal can't be read and is deleted", e);
      return Optional.empty();
    }
  }

  /** Returns a new name, which nobody can guess. */
  static String newId() {
    byte[] id = new byte[16];
    RANDOM.nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  /**
   * Refuses a job for which there is no room.
   *
   * @param bytes what it takes, as far as that is known
   */
  void requireRoom(long bytes) throws Problem {
    int most = settings.count(Limit.JOBS);
    if (jobs.size() >= most) {
      throw new Problem(507, "jobs", "at most " + most + " that are kept", "one more");
    }
    long left = settings.limit(Limit.JOB_BYTES) - bytes();
    if (bytes > left) {
      throw new Problem(
          507, "jobs", "at most " + Math.max(0, left) + " bytes, which are left", "" + bytes);
    }
  }

  /** Returns the bytes of all jobs, and those that they may take yet. */
  long bytes() {
    return jobs.values().stream().mapToLong(Job::bytes).sum();
  }

  int count() {
    return jobs.size();
  }

  /** Creates the folder of a job, and returns the file for its upload. */
  Path prepare(String id) throws IOException {
    return Files.createDirectory(folder.resolve(id)).resolve(IN);
  }

  /** Deletes what {@link #prepare} created for a job that never became one. */
  void discard(String id) throws IOException {
    Temporaries.delete(folder.resolve(id));
  }

  /** Adds a job whose upload is complete. */
  Job add(String id, Map<String, String> parameters) throws IOException, Problem {
    UpscaleQuery query = UpscaleQuery.parseJob(parameters.entrySet());
    Admission admitted = admit(file(id, IN), query);
    Job job =
        new Job(
            new JobState(
                id,
                parameters,
                JobState.Phase.WAITING,
                0,
                now(),
                null,
                null,
                admitted.input,
                admitted.output,
                admitted.format,
                admitted.macs,
                admitted.bytes,
                null,
                null,
                null,
                null,
                admitted.isClip ? true : null,
                admitted.frames));
    sync(file(id, IN));
    synchronized (this) {
      requireRoom(job.state().bytes());
      write(job.state());
      jobs.put(id, job);
    }
    worker.execute(() -> run(job));
    return job;
  }

  /** An upload within the limits; {@code bytes} is what the job may take on the disk. */
  private record Admission(
      boolean isClip,
      JobState.Size input,
      JobState.Size output,
      String format,
      long macs,
      long bytes,
      @Nullable Long frames) {}

  /** Admits a picture or, where the upload is none, a clip. */
  private Admission admit(Path in, UpscaleQuery query) throws IOException, Problem {
    long inputBytes = Files.size(in);
    if (query.clip().isCertain(query.options().format().isPresent())) {
      return admitClip(in, query, inputBytes);
    }
    try {
      Upscaling.Admitted admitted = upscaling.admit(in, query, Limit.JOB_MACS);
      return new Admission(
          false,
          new JobState.Size(admitted.lr().width(), admitted.lr().height()),
          new JobState.Size(admitted.sr().width(), admitted.sr().height()),
          UpscaleQuery.name(admitted.format()),
          admitted.macs(),
          inputBytes + admitted.maxBytes(inputBytes),
          null);
    } catch (InvalidInputException noPicture) {
      try {
        return admitClip(in, query, inputBytes);
      } catch (InvalidInputException noClip) {
        throw Clips.startsAsClip(in) ? noClip : noPicture;
      }
    }
  }

  private Admission admitClip(Path in, UpscaleQuery query, long inputBytes)
      throws IOException, Problem {
    Clips.Admitted admitted = clips.admit(in, query);
    return new Admission(
        true,
        admitted.input(),
        admitted.output(),
        admitted.format(),
        admitted.macs(),
        // What its result takes is known when it is there; it is watched on its way.
        inputBytes * ROOM_FOR_A_CLIP,
        admitted.frames());
  }

  Optional<Job> find(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** Returns the file of a result that is there. */
  Path result(Job job) {
    JobState state = job.state();
    return file(state.id(), state.isClip() ? Clips.result(state.format()) : OUT);
  }

  /** Returns the file of a clip's newest frame. */
  Path preview(Job job) {
    return file(job.state().id(), PREVIEW);
  }

  /** Ends a job if it is under way, and deletes all of it. */
  void delete(Job job) throws IOException {
    job.cancellation().cancel();
    synchronized (this) {
      jobs.remove(job.state().id());
      // A writer may still be at it: what it creates then is deleted by run.
      Temporaries.delete(folder.resolve(job.state().id()));
    }
  }

  /** Deletes the jobs that ended too long ago. */
  void sweep() throws IOException {
    Instant oldest = Instant.now().minusSeconds(settings.limit(Limit.JOB_SECONDS));
    List<Job> old;
    synchronized (this) {
      old = jobs.values().stream().filter(job -> isOlder(job.state(), oldest)).toList();
    }
    for (Job job : old) {
      delete(job);
    }
  }

  private static boolean isOlder(JobState state, Instant oldest) {
    return state.ended() != null && Instant.parse(state.ended()).isBefore(oldest);
  }

  private void run(Job job) {
    try {
      if (closing || job.cancellation().isCancelled()) {
        return;
      }
      if (job.state().attempts() >= MAX_ATTEMPTS) {
        throw new Problem(500, "job", "an end of this job", "as many ends of the service");
      }
      update(job, job.state().running(now()));
      if (job.state().isClip()) {
        runClip(job);
      } else {
        runPicture(job);
      }
      metrics.made(job.state().macs());
      Files.deleteIfExists(file(job.state().id(), IN));
    } catch (CancellationException e) {
      job.progress(0);
      putBack(job);
    } catch (Problem | IOException | RuntimeException | Error e) {
      failed(job, e);
    } finally {
      clear(job);
    }
  }

  /** Leaves a job that isn't deleted to the next process, which this one's orderly end allows. */
  private void putBack(Job job) {
    if (job.cancellation().isCancelled()) {
      return;
    }
    try {
      update(job, job.state().putBack());
    } catch (IOException | CancellationException e) {
      log.event("warning", "job " + job.state().id() + " counts as one that was killed", e);
    }
  }

  private void runPicture(Job job) throws IOException, Problem {
    String id = job.state().id();
    Upscaling.Done done =
        upscaling.run(
            file(id, IN),
            file(id, OUT),
            UpscaleQuery.parseJob(job.state().query().entrySet()),
            PictureFormat.valueOf(job.state().format().toUpperCase(Locale.ROOT)),
            job::progress,
            () -> closing || job.cancellation().isCancelled());
    sync(file(id, OUT));
    update(job, job.state().done(now(), done, Files.size(file(id, OUT))));
  }

  private void runClip(Job job) throws IOException, Problem {
    JobState state = job.state();
    Path own = folder.resolve(state.id());
    Clips.Admitted admitted =
        new Clips.Admitted(
            state.input(), state.output(), state.format(), state.frames(), state.macs());
    UpscaleQuery query = UpscaleQuery.parseJob(state.query().entrySet());
    Clips.Done done = clips.run(own.resolve(IN), own, query, admitted, new ClipWatch(job, own));
    requireRoom(job, own);
    Path result = own.resolve(Clips.result(done.format()));
    sync(result);
    update(job, state.done(now(), done, Files.size(result)));
    job.written(0);
  }

  /** Watches a clip: its frames, its room on the disk, and what it looks like. */
  private final class ClipWatch implements Clips.Watch {
    private final Job job;
    private final Path own;
    private long looked;
    private long shown;

    ClipWatch(Job job, Path own) {
      this.job = job;
      this.own = own;
    }

    @Override
    public void written(long frames, double part) throws Problem {
      job.frames(frames, part);
      if (System.nanoTime() - looked > LOOK_NANOS) {
        looked = System.nanoTime();
        requireRoom(job, own);
      }
    }

    @Override
    public void see(long frames, VideoUpscaler.FramePicture frame) {
      if (shown > 0 && System.nanoTime() - shown < PREVIEW_NANOS) {
        return;
      }
      shown = System.nanoTime();
      try {
        PictureFiles.write(own.resolve(PREVIEW), Clips.reduced(frame.convert()));
        job.previewFrame(frames);
      } catch (IOException | RuntimeException e) {
        // A clip is worth more than its preview.
        log.event("warning", "a frame of job " + job.state().id() + " can't be shown", e);
      }
    }

    @Override
    public boolean isStopped() {
      return closing || job.cancellation().isCancelled();
    }
  }

  private void requireRoom(Job job, Path own) throws Problem {
    job.written(bytesIn(own));
    long most = settings.limit(Limit.JOB_BYTES);
    if (bytes() > most) {
      throw new Problem(507, "jobs", "at most " + most + " bytes of all", "more");
    }
  }

  private static long bytesIn(Path own) {
    long bytes = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(own)) {
      for (Path file : files) {
        bytes += Files.size(file);
      }
    } catch (IOException e) {
      // One of them has just been renamed: the next look counts it.
      return bytes;
    }
    return bytes;
  }

  /** Makes sure that a file outlives the machine's power. */
  private static void sync(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void failed(Job job, Throwable failure) {
    if (job.cancellation().isCancelled()) {
      return;
    }
    Problem problem = Problem.of(failure);
    job.previewFrame(0);
    if (problem.status() >= 500) {
      log.event("error", "job " + job.state().id() + " failed", failure);
    }
    try {
      // First, as they may be what fills the disk.
      discardAll(job.state().id());
      update(job, job.state().failed(now(), problem));
    } catch (CancellationException e) {
      // Deleted meanwhile.
      return;
    } catch (IOException e) {
      log.event("error", "the journal can't be written", e);
      job.set(job.state().failed(now(), problem));
    }
  }

  /** Deletes what a failed job leaves, except for its entry. */
  private void discardAll(String id) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve(id))) {
      for (Path file : files) {
        if (!file.endsWith(ENTRY)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /** Deletes what was written for a job that was deleted meanwhile. */
  private synchronized void clear(Job job) {
    Path left = folder.resolve(job.state().id());
    if (job.cancellation().isCancelled() && Files.exists(left)) {
      try {
        Temporaries.delete(left);
      } catch (IOException e) {
        log.event("warning", "the folder of a deleted job can't be deleted", e);
      }
    }
  }

  private synchronized void update(Job job, JobState next) throws IOException {
    if (job.cancellation().isCancelled()) {
      throw new CancellationException("deleted");
    }
    write(next);
    job.set(next);
  }

  private void write(JobState state) throws IOException {
    byte[] entry = Json.bytes(state);
    AtomicFile.write(
        file(state.id(), ENTRY),
        temporary -> {
          Files.write(temporary, entry);
          sync(temporary);
        });
    sync(folder.resolve(state.id()));
  }

  private Path file(String id, String name) {
    return folder.resolve(id).resolve(name);
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS).toString();
  }

  /** Ends the job that runs; the next process starts it again. */
  @Override
  public void close() {
    closing = true;
    worker.shutdown();
    try {
      worker.awaitTermination(10, TimeUnit.SECONDS);
      lock.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.event("warning", "the lock of the jobs' folder can't be released", e);
    }
  }
}
