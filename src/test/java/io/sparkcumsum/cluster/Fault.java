package io.sparkcumsum.cluster;

import java.util.concurrent.TimeUnit;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.api.java.UDF1;

/**
 * The identity, with a fault in one task of one phase of a scan: where a phase reads its rows
 * through this, the first attempts of the second task come to harm.
 *
 * @param attempts the number of attempts that do
 */
record Fault(Phase phase, Kind kind, int attempts) implements UDF1<Long, Long> {
  /** When a fault happens. */
  enum Phase {
    TOTALS("PrefixScan: totals of "),
    SURVEY("PrefixScan: survey of keys"),
    SHUFFLE("PrefixScan: shuffle into "),
    OFFSET_PASS("");

    private final String description;

    Phase(String description) {
      this.description = description;
    }

    private boolean isNow() {
      return isPhaseOf(TaskContext.get().getLocalProperty("spark.job.description"));
    }

    /** Whether a job with this description, which may be null, is of the phase. */
    boolean isPhaseOf(String job) {
      boolean isOfScan = job != null && job.startsWith("PrefixScan: ");
      return this == OFFSET_PASS ? !isOfScan : isOfScan && job.startsWith(description);
    }
  }

  /** What happens. */
  enum Kind {
    EXECUTOR_DIES {
      @Override
      void happen() {
        Runtime.getRuntime().halt(137);
      }
    },
    TASK_FAILS {
      @Override
      void happen() {
        throw new IllegalStateException("a fault");
      }
    },
    TASK_IS_SLOW {
      @Override
      void happen() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(2);
      }
    };

    abstract void happen() throws InterruptedException;
  }

  @Override
  public Long call(Long x) throws InterruptedException {
    TaskContext task = TaskContext.get();
    // A stage that is repeated, since what was shuffled was lost with the executor, is spared.
    boolean isFirst = task.stageAttemptNumber() == 0 && task.attemptNumber() < attempts;
    if (task.partitionId() == 1 && isFirst && phase.isNow()) {
      kind.happen();
    }
    return x;
  }
}
