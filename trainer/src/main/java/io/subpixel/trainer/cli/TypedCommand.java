package io.subpixel.trainer.cli;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A command as it was typed, for a POSIX shell. */
final class TypedCommand {
  /** Options whose defaults may change: what is trained doesn't depend on them. */
  private static final Set<String> OF_NO_INFLUENCE =
      Set.of("--cache-mb", "--loaders", "--checkpoint-every");

  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private TypedCommand() {}

  /** The arguments alone. */
  static String of(CommandSpec spec) {
    List<String> typed = spec.commandLine().getParseResult().expandedArgs();
    StringBuilder command = new StringBuilder(spec.qualifiedName());
    for (String argument : typed.subList(typed.indexOf(spec.name()) + 1, typed.size())) {
      append(command, argument);
    }
    return command.toString();
  }

  /**
   * The arguments, and behind them the defaults that matter, so that the command still does the
   * same where defaults have changed.
   *
   * @param more defaults that the options themselves don't state; of an exclusive group, they count
   *     if nothing of it was typed
   */
  static String of(CommandSpec spec, Map<String, Object> more) {
    ParseResult parsed = spec.commandLine().getParseResult();
    StringBuilder command = new StringBuilder(of(spec));
    Map<String, Object> defaults = new TreeMap<>(more);
    for (OptionSpec option : spec.options()) {
      if (option.defaultValue() != null && !option.inherited()) {
        defaults.put(option.longestName(), option.defaultValue());
      }
    }
    defaults.keySet().removeAll(OF_NO_INFLUENCE);
    for (ArgSpec typed : parsed.matchedArgs()) {
      if (typed.group() != null) {
        typed.group().args().forEach(each -> defaults.remove(nameOf(each)));
      }
      defaults.remove(nameOf(typed));
    }
    defaults.forEach(
        (name, value) -> {
          append(command, name);
          append(command, String.valueOf(value));
        });
    return command.toString();
  }

  private static String nameOf(ArgSpec argument) {
    return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
  }

  private static void append(StringBuilder command, String argument) {
    boolean plain = PLAIN.matcher(argument).matches();
    command.append(' ');
    command.append(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
  }
}
