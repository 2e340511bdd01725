"""AdaRevD: training in stages, exit table, export, evaluation."""
