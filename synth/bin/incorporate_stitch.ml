(* Take stitch's new primitives and rewritten programs into a library. *)

let fields =
  [
    ("domain", "\"graph\"");
    ("dsl_file", "the library that the programs are written with");
    ("next_dsl_file", "where the library with the new primitives goes");
    ("representations_dir", "the folder of representation files; rewritten ones are added there");
    ("pruned_primitives", "names of inventions that leave the library first (none)");
    ("invented_primitives", "a list of objects: name, and body with parameters #0, #1, …");
    ("replacements", "a list of pairs: the name of a file in representations_dir, and its program rewritten by stitch");
    ("eval_timeout", "what an evaluation may take, a second standing for ten million steps (0.1)");
    ("attempts", "multiplies the steps (1)");
    ("max_conn", "ports of a node (10)");
  ]

let () =
  Command.main "incorporate_stitch" ~doc:"take stitch's primitives and rewritten programs into a library" ~fields Commands.Incorporation.answer
