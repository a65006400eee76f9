(* Search from a library and a frontier. *)

let fields =
  [
    ("domain", "\"graph\"");
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
    ("max_alternatives", "how many programs, as light, to return beside the best of each graph (0)");
    ("memory_limit", "bytes of heap at which the search stops (2^33)");
    ("workers", "processes that share the search; the result does not depend on their number (1)");
  ]

let () =
  (* A search keeps much of what it allocates, so collect rarely. *)
  Gc.set { (Gc.get ()) with minor_heap_size = 1 lsl 20; space_overhead = 400 };
  Command.main "explore" ~doc:"search for programs with new graphs, likeliest first" ~fields (fun d -> Commands.Calls.explore d)
