package io.sparkcumsum;

import java.io.IOException;
import java.io.PrintStream;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.AnalysisException;
import picocli.CommandLine.ParameterException;

/** Tells a failure of the job in one line and as an exit status. */
final class JobFailure {
  private static final int RUN_FAILED = 1;
  private static final int WRONG_REQUEST = 2;

  private static final String VALUES_WITH_DASH =
      "; a value that begins with - is written --option=VALUE";

  private final PrintStream stderr;
  private final boolean verbose;
  private boolean requestIsRight;

  JobFailure(PrintStream stderr, boolean verbose) {
    this.stderr = stderr;
    this.verbose = verbose;
  }

  /** From here on the data are to blame, or the machines. */
  void requestIsRight() {
    requestIsRight = true;
  }

  /** Prints the failure, and returns its exit status. */
  int report(Throwable failure) {
    boolean wrongRequest = isWrongRequest(failure);
    stderr.println("error: " + (isRefusal(failure) ? message(failure) : rootMessage(failure)));
    if (verbose) {
      failure.printStackTrace(stderr);
    }
    return wrongRequest ? WRONG_REQUEST : RUN_FAILED;
  }

  private boolean isWrongRequest(Throwable failure) {
    Throwable innermost = innermost(failure);
    return (!requestIsRight && isWrongPath(innermost))
        || (!(innermost instanceof IOException) && isRefusal(failure));
  }

  /**
   * A file system that cannot be reached, that is full or that denies what is asked of it fails the
   * run, as input and as output. Whoever names one that is not there, or takes a file for a
   * directory, has to name another.
   */
  private static boolean isWrongPath(Throwable innermost) {
    return innermost instanceof UnsupportedFileSystemException
        || innermost instanceof ClassNotFoundException
        || innermost instanceof ParentNotDirectoryException
        // Hadoop has a class of its own of that name.
        || innermost.getClass().getSimpleName().equals("PatternSyntaxException");
  }

  /** Whether a request was looked at, and found to be wrong. */
  private boolean isRefusal(Throwable failure) {
    // Only the writer knows which types its format can hold, hence an analysis error that late.
    return failure instanceof ParameterException
        || failure instanceof AnalysisException
        || (!requestIsRight && failure instanceof IllegalArgumentException)
        || (!requestIsRight && isNamedBySpark(failure) && failure.getCause() == null);
  }

  static String rootMessage(Throwable failure) {
    Throwable root = root(failure);
    String message = message(root);
    if (!(root instanceof SparkThrowable)) {
      return root.getClass().getSimpleName() + (message.isEmpty() ? "" : ": " + message);
    }
    Throwable innermost = innermost(root);
    // Spark says which file it was, and the operating system what was wrong with it.
    return innermost instanceof IOException && innermost != root
        ? message + " " + message(innermost)
        : message;
  }

  private static String message(Throwable failure) {
    String message =
        failure instanceof AnalysisException analysis
            ? analysis.getSimpleMessage()
            : failure.getMessage();
    if (message == null) {
      return "";
    } else if (failure instanceof ParameterException) {
      // It may quote a value, of several lines too.
      String line = message.strip().replaceAll("\\R", " ").replace(JobOptions.LITERAL, "");
      // What follows an unknown option blames the one before it, as if that had no value.
      return line.startsWith("Unknown option")
          ? line.replaceFirst("; Expected parameter.*", "") + VALUES_WITH_DASH
          : line;
    }
    return inTermsOfOptions(message.strip().lines().findFirst().orElse(""));
  }

  static Throwable innermost(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return innermost;
  }

  /** The innermost cause that Spark has a condition for, or else the innermost cause. */
  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    Throwable named = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (isNamedBySpark(cause)) {
        named = cause;
      }
    }
    return named == null ? root : named;
  }

  private static boolean isNamedBySpark(Throwable failure) {
    return failure instanceof SparkThrowable spark && spark.getCondition() != null;
  }

  /** The messages name what the other doors have for an option. */
  private static String inTermsOfOptions(String line) {
    return line.replace("orderBy(...) or order_by", "--order-by")
        .replace("naturalOrder() or natural_order", "--natural-order")
        .replace("the argument out", "--result-column");
  }
}
