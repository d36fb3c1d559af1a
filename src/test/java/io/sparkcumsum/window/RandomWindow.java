package io.sparkcumsum.window;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A random query with several running windows over one order.
 *
 * @param isTotallyOrdered whether the order has no peers, so that every function has one answer
 */
record RandomWindow(String query, boolean isTotallyOrdered) {

  /**
   * Draws a query.
   *
   * @param extreme whether sums may overflow; Spark's sum of all rows does if some prefix does
   */
  static RandomWindow draw(String table, boolean totallyOrdered, boolean extreme, Random random) {
    String order = order(totallyOrdered, random);
    List<String> columns = new ArrayList<>(List.of("id"));
    int functions = 1 + random.nextInt(4);
    for (int i = 0; i < functions; i++) {
      columns.add(
          // At least one function tells the order.
          function(totallyOrdered, i > 0 && !extreme, random)
              .replace("ORDER", "ORDER BY " + order)
              .concat(" AS w" + i));
    }
    String where = random.nextInt(4) == 0 ? " WHERE `int` IS NULL OR `int` >= 0" : "";
    String query = "SELECT " + String.join(", ", columns) + " FROM " + table + where;
    return new RandomWindow(query, totallyOrdered);
  }

  private static String order(boolean totallyOrdered, Random random) {
    if (totallyOrdered && random.nextInt(4) == 0) {
      return "monotonically_increasing_id()";
    }
    List<String> keys = new ArrayList<>();
    int count = totallyOrdered ? random.nextInt(3) : 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      keys.add(key(random) + direction(random));
    }
    if (totallyOrdered) {
      keys.add("id" + direction(random));
    }
    return String.join(", ", keys);
  }

  private static String key(Random random) {
    String column = "`" + pick(RandomTable.ORDERABLE, random) + "`";
    return switch (random.nextInt(8)) {
      case 0 -> "length(`string`)";
      case 1 -> "`int` % 3";
      case 2 -> column + " IS NULL";
      default -> column;
    };
  }

  private static String direction(Random random) {
    return pick(List.of("", " ASC", " DESC", " ASC NULLS LAST", " DESC NULLS FIRST"), random);
  }

  private static String function(boolean totallyOrdered, boolean mayBeWhole, Random random) {
    if (totallyOrdered && random.nextInt(3) == 0) {
      return random.nextBoolean() ? neighbour(random) : moving(random);
    }
    int ranks = 5;
    int kind = random.nextInt(ranks + 14);
    if (kind < ranks) {
      List<String> functions = new ArrayList<>(List.of("rank()", "dense_rank()"));
      functions.addAll(List.of("percent_rank()", "cume_dist()"));
      if (totallyOrdered) {
        functions.add("row_number()");
        functions.add("ntile(" + (1 + random.nextInt(9)) + ")");
      }
      return pick(functions, random) + " OVER (ORDER)";
    }
    if (totallyOrdered && mayBeWhole && random.nextInt(4) == 0) {
      List<String> frames =
          List.of(
              "CURRENT ROW AND UNBOUNDED FOLLOWING",
              "1 FOLLOWING AND UNBOUNDED FOLLOWING",
              "3 FOLLOWING AND UNBOUNDED FOLLOWING",
              "2 PRECEDING AND UNBOUNDED FOLLOWING",
              "UNBOUNDED PRECEDING AND 1 PRECEDING",
              "UNBOUNDED PRECEDING AND 4 PRECEDING",
              "UNBOUNDED PRECEDING AND 2 FOLLOWING");
      return following(random) + " OVER (ORDER ROWS BETWEEN " + pick(frames, random) + ")";
    }
    if (!totallyOrdered && mayBeWhole && random.nextInt(6) == 0) {
      return aggregate(false, random)
          + " OVER (ORDER RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)";
    }
    String frame =
        mayBeWhole && random.nextInt(4) == 0
            ? pick(List.of(" ROWS", " RANGE"), random)
                + " BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
            : frame(totallyOrdered, random);
    return aggregate(totallyOrdered, random) + " OVER (ORDER" + frame + ")";
  }

  private static String following(Random random) {
    String summable = "`" + pick(RandomTable.SUMMABLE, random) + "`";
    String orderable = "`" + pick(RandomTable.ORDERABLE, random) + "`";
    return switch (random.nextInt(8)) {
      case 0 -> "first(" + orderable + ")";
      case 1 -> "first(" + orderable + ", true)";
      case 2 -> pick(List.of("last", "count"), random) + "(" + orderable + ")";
      case 3 -> pick(List.of("max", "min"), random) + "(" + orderable + ")";
      case 4 -> pick(List.of("max_by", "min_by"), random) + "(id, " + orderable + ")";
      case 5 -> pick(List.of("try_sum", "try_avg"), random) + "(" + summable + ")";
      case 6 -> "avg(" + summable + ")";
      default -> "sum(" + summable + ")";
    };
  }

  private static String neighbour(Random random) {
    String column = "`" + pick(RandomTable.ORDERABLE, random) + "`";
    String function = pick(List.of("lag", "lead"), random);
    String offset = ", " + (random.nextInt(8) - 2);
    String nulls = pick(List.of("", " IGNORE NULLS"), random);
    return switch (random.nextInt(3)) {
      case 0 -> function + "(" + column + ")" + nulls + " OVER (ORDER)";
      case 1 -> function + "(" + column + offset + ")" + nulls + " OVER (ORDER)";
      default -> function + "(`int`" + offset + ", `int` % 7)" + nulls + " OVER (ORDER)";
    };
  }

  private static String moving(Random random) {
    boolean hasManyRows = random.nextBoolean();
    int lower = random.nextInt(12) - (hasManyRows ? 40 : 8);
    int upper = lower + random.nextInt(9) + (hasManyRows ? 31 : 0);
    String frame = " ROWS BETWEEN " + bound(lower) + " AND " + bound(upper);
    String orderable = "`" + pick(RandomTable.ORDERABLE, random) + "`";
    String aggregate =
        switch (random.nextInt(11)) {
          case 0 -> "stddev(`double`)";
          case 1 -> "corr(`double`, `tinyint`)";
          case 2 -> "collect_list(id)";
          case 3 -> "percentile(`int`, 0.4)";
          case 4 -> "nth_value(" + orderable + ", 2)";
          case 5 -> "nth_value(" + orderable + ", 2) IGNORE NULLS";
          default -> aggregate(true, random);
        };
    return aggregate + " OVER (ORDER" + frame + ")";
  }

  private static String bound(int rows) {
    if (rows == 0) {
      return "CURRENT ROW";
    }
    return Math.abs(rows) + (rows < 0 ? " PRECEDING" : " FOLLOWING");
  }

  private static String frame(boolean totallyOrdered, Random random) {
    List<String> frames =
        List.of(
            "",
            " RANGE UNBOUNDED PRECEDING",
            " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW",
            " ROWS UNBOUNDED PRECEDING",
            " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW");
    return pick(totallyOrdered ? frames : frames.subList(0, 3), random);
  }

  private static String aggregate(boolean totallyOrdered, Random random) {
    String summable = "`" + pick(RandomTable.SUMMABLE, random) + "`";
    String orderable = "`" + pick(RandomTable.ORDERABLE, random) + "`";
    String integer = "`" + pick(RandomTable.INTEGERS, random) + "`";
    return switch (random.nextInt(totallyOrdered ? 16 : 11)) {
      case 0, 1, 2 -> "sum(" + summable + ")";
      case 3 -> "avg(" + summable + ")";
      case 4 -> "count(" + orderable + ")";
      case 5 -> "count(*)";
      case 6 -> "min(" + orderable + ")";
      case 7 -> "max(" + orderable + ")";
      case 8 -> pick(List.of("bit_and", "bit_or", "bit_xor"), random) + "(" + integer + ")";
      case 9 -> pick(List.of("bool_and", "bool_or", "count_if"), random) + "(`boolean`)";
      case 10 -> "sum(`tinyint` * 2 + 1)";
      case 11 -> pick(List.of("first", "last", "any_value"), random) + "(" + orderable + ")";
      case 12 -> pick(List.of("first", "last"), random) + "(" + orderable + ", true)";
      case 13 -> pick(List.of("try_sum", "try_avg"), random) + "(" + summable + ")";
      case 14 ->
          "nth_value("
              + orderable
              + ", "
              + (1 + random.nextInt(6))
              + ")"
              + pick(List.of("", " IGNORE NULLS"), random);
      default -> pick(List.of("max_by", "min_by"), random) + "(id, " + orderable + ")";
    };
  }

  private static <T> T pick(List<T> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
