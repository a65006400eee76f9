(* Search from a library and a frontier, or for programs that fit a table. *)

let fields =
  [
    ("domain", "\"graph\", with the fields from frontier on, or \"integer\", with those from inputs on");
    ("frontier", "names of files in representations_dir: the population so far");
    ("dsl_file", "the library to start from");
    ("next_dsl_file", "where the library goes with the weights learned from the frontier");
    ("representations_dir", "the folder of representation files; new ones are written there");
    ("max_novel_representations", "how many new ones to take");
    ("max_programs", "how many programs to enumerate (1,000,000)");
    ("exploration_timeout", "seconds, a safety stop (600)");
    ("program_size_limit", "primitives above which a program is not evaluated (150)");
    ("eval_timeout", "what an evaluation may take, a second standing for ten million steps (0.1)");
    ("attempts", "multiplies the steps (1)");
    ("max_diff", "nats, the largest difference between two weights (0.5)");
    ("max_conn", "ports of a node (10)");
    ("contextual", "weights by parent and argument position, learned for this search (false)");
    ("max_alternatives", "how many programs, as light, to return beside the best of each graph (0)");
    ("memory_limit", "bytes of heap at which the search stops (2^33; for a table 2^30)");
    ("workers", "processes that share the search; the result does not depend on their number (1)");
    ("inputs", "an object: for each input, by name, the list of its values on the examples, integers or Booleans");
    ("outputs", "the list of the values wanted");
    ("constants", "integers that programs may use (0, 1, 2)");
    ("primitives", "names of the operations that programs may use (all)");
    ("n_solutions", "how many programs to find (1)");
    ("max_programs, exploration_timeout, program_size_limit, memory_limit", "as above (10,000,000; 600; none; 2^30)");
  ]

let () =
  (* A search keeps much of what it allocates, so collect rarely. *)
  Gc.set { (Gc.get ()) with minor_heap_size = 1 lsl 20; space_overhead = 400 };
  Command.main "explore" ~doc:"search for programs with new graphs, or that fit a table, likeliest first" ~fields (fun d -> Commands.Calls.explore d)
