package io.subpixel.trainer.training;

/**
 * How gradients change weights.
 *
 * @param weightDecay decoupled from the gradient (AdamW); 0 is plain Adam
 * @param clip the greatest norm of all gradients together; longer ones are shortened to it; 0 for
 *     none
 * @param average decay of the weights' running average, which is what gets validated and saved; 0
 *     for none
 */
public record OptimizerOptions(double weightDecay, double clip, double average) {}
