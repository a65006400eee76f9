let steps_per_second = 1e7

let step_limit ~eval_timeout ~attempts =
  int_of_float (Float.min 1e12 (eval_timeout *. float_of_int attempts *. steps_per_second))

let at_least_zero d =
  let x = Decode.float d in
  if x < 0. then Decode.expected d "a number, 0 or more" else x

(* A file of a folder, by its name: no path may lead out of the folder. *)
let file_name d =
  let s = Decode.string d in
  if s = "" || Filename.basename s <> s || s = "." || s = ".." then Decode.expected d "the name of a file, without folders"
  else s

let domain d =
  Decode.field d "domain" (fun d -> if Decode.string d <> Domains.Graph_domain.name then Decode.expected d "\"graph\"")

let steps d =
  let eval_timeout = Decode.field_or d "eval_timeout" ~default:0.1 Decode.positive in
  let attempts = Decode.field_or d "attempts" ~default:1 Decode.positive_int in
  step_limit ~eval_timeout ~attempts

let max_conn d =
  Decode.field_or d "max_conn" ~default:10 (fun d ->
      let n = Decode.positive_int d in
      if n >= 65536 then Decode.expected d "an integer below 65536" else n)

let workers d =
  let n = Decode.positive_int d in
  if n > 256 then Decode.expected d "an integer, 256 or less" else n

type explore = {
  frontier : string list;
  dsl_file : string;
  next_dsl_file : string;
  representations_dir : string;
  max_novel_representations : int;
  max_programs : int;
  exploration_timeout : float;
  program_size_limit : int;
  steps : int;
  max_diff : float;
  contextual : bool;
  max_conn : int;
  max_alternatives : int;
  memory_limit : int;
  workers : int;
}

let explore d =
  Decode.only d
    [
      "domain"; "frontier"; "dsl_file"; "next_dsl_file"; "representations_dir"; "max_novel_representations";
      "max_programs"; "exploration_timeout"; "program_size_limit"; "eval_timeout"; "attempts"; "max_diff"; "max_conn";
      "contextual"; "max_alternatives"; "memory_limit"; "workers";
    ];
  domain d;
  {
    frontier = Decode.field d "frontier" (Decode.list file_name);
    dsl_file = Decode.field d "dsl_file" Decode.string;
    next_dsl_file = Decode.field d "next_dsl_file" Decode.string;
    representations_dir = Decode.field d "representations_dir" Decode.string;
    max_novel_representations = Decode.field d "max_novel_representations" Decode.natural;
    max_programs = Decode.field_or d "max_programs" ~default:1_000_000 Decode.natural;
    exploration_timeout = Decode.field_or d "exploration_timeout" ~default:600. Decode.positive;
    program_size_limit = Decode.field_or d "program_size_limit" ~default:150 Decode.positive_int;
    steps = steps d;
    max_diff = Decode.field_or d "max_diff" ~default:0.5 at_least_zero;
    contextual = Decode.field_or d "contextual" ~default:false Decode.bool;
    max_conn = max_conn d;
    max_alternatives = Decode.field_or d "max_alternatives" ~default:0 Decode.natural;
    memory_limit = Decode.field_or d "memory_limit" ~default:(1 lsl 33) Decode.positive_int;
    workers = Decode.field_or d "workers" ~default:1 workers;
  }

let pairs xs = `List (List.map (fun (a, b) -> `List [ `String a; `String b ]) xs)

let explore_reply ~found ~replacements ~alternatives (s : Search.Explore.statistics) : Yojson.Safe.t =
  `Assoc
    [
      ("new", `Int (List.length found));
      ("replaced", `Int (List.length replacements));
      ("replacements", pairs replacements);
      ("new_representations", `List (List.map (fun name -> `String name) found));
      ( "alternatives",
        `Assoc (List.map (fun (name, programs) -> (name, `List (List.map (fun p -> `String p) programs))) alternatives) );
      ("n_enumerated", `Int s.enumerated);
      ("n_failed", `Int s.failed);
      ("max_description_length", `Float (Grammar.Pcfg.nats s.last_cost));
      ("stopped", `String (Search.Limits.stop_name s.stop));
    ]

type incorporate = {
  dsl_file : string;
  next_dsl_file : string;
  representations_dir : string;
  pruned_primitives : string list;
  invented_primitives : (string * string) list;
  replacements : (string * string) list;
  steps : int;
  max_conn : int;
}

let invented d =
  Decode.only d [ "name"; "body" ];
  let name d =
    let s = Decode.string d in
    let plain c = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c = '_' in
    if s = "" || not (String.for_all plain s) then Decode.expected d "a name of letters, digits and underscores" else s
  in
  (Decode.field d "name" name, Decode.field d "body" Decode.string)

let incorporate d =
  Decode.only d
    [
      "domain"; "dsl_file"; "next_dsl_file"; "representations_dir"; "pruned_primitives"; "invented_primitives"; "replacements";
      "eval_timeout"; "attempts"; "max_conn";
    ];
  domain d;
  {
    dsl_file = Decode.field d "dsl_file" Decode.string;
    next_dsl_file = Decode.field d "next_dsl_file" Decode.string;
    representations_dir = Decode.field d "representations_dir" Decode.string;
    pruned_primitives = Decode.field_or d "pruned_primitives" ~default:[] (Decode.list Decode.string);
    invented_primitives = Decode.field d "invented_primitives" (Decode.list invented);
    replacements = Decode.field d "replacements" (Decode.list (Decode.pair file_name Decode.string));
    steps = steps d;
    max_conn = max_conn d;
  }

let incorporate_reply ~next_dsl_mass ~replacements ~rejected : Yojson.Safe.t =
  `Assoc
    [ ("next_dsl_mass", `Int next_dsl_mass); ("replacements", pairs replacements); ("rejected", pairs rejected) ]

let request () =
  let b = Buffer.create 4096 in
  (try
     while true do
       Buffer.add_channel b stdin 1
     done
   with End_of_file -> ());
  Decode.of_string ~where:"" (Buffer.contents b)
