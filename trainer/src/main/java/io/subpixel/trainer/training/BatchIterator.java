package io.subpixel.trainer.training;

import io.subpixel.trainer.data.Batch;
import io.subpixel.trainer.data.PatchLoader;
import io.subpixel.trainer.data.PatchOptions;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Hands the loader's batches to SameDiff, and sets the learning rate for each step. */
final class BatchIterator implements MultiDataSetIterator {
  private static final long serialVersionUID = 1L;

  private final transient PatchLoader loader;
  private final transient PatchOptions options;
  private final transient Progress progress;
  private final transient Adam adam;
  private transient @Nullable Batch next;
  private transient @Nullable Exception failure;

  BatchIterator(PatchLoader loader, PatchOptions options, Progress progress, Adam adam) {
    this.loader = loader;
    this.options = options;
    this.progress = progress;
    this.adam = adam;
  }

  /**
   * What ended the batches early, if anything: SameDiff's loop would have no checked exceptions.
   */
  void rethrowFailure() throws IOException, InterruptedException {
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof InterruptedException e) {
      throw e;
    }
  }

  @Override
  public boolean hasNext() {
    if (next == null && failure == null && !progress.isDone()) {
      try {
        Optional<Batch> loaded = loader.next();
        next = loaded.orElse(null);
      } catch (IOException e) {
        failure = e;
      } catch (InterruptedException e) {
        failure = e;
        Thread.currentThread().interrupt();
      }
    }
    return next != null;
  }

  @Override
  public MultiDataSet next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    Batch batch = next;
    next = null;
    adam.setLearningRate(progress.learningRate());
    return new org.nd4j.linalg.dataset.MultiDataSet(
        array(batch.lr(), options.patch()), array(batch.hr(), options.patch() * options.scale()));
  }

  private INDArray array(float[] values, int side) {
    return Nd4j.createFromArray(values).reshape(options.batch(), 1, side, side);
  }

  @Override
  public MultiDataSet next(int count) {
    return next();
  }

  @Override
  public boolean resetSupported() {
    return false;
  }

  @Override
  public boolean asyncSupported() {
    // The loader runs ahead on its own thread already.
    return false;
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException("an epoch's batches come once");
  }

  @Override
  public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
    throw new UnsupportedOperationException("batches come ready");
  }

  @Override
  public @Nullable MultiDataSetPreProcessor getPreProcessor() {
    return null;
  }
}
