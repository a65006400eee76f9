open Domains

type t = {
  inputs : (string * Tabular.cell array) list;
  outputs : Tabular.cell array;
  constants : int list;
  primitives : string list;
  max_programs : int;
  n_solutions : int;
  size : int;
  exploration_timeout : float;
  memory_limit : int;
}

let integer d =
  match Decode.json d with
  | `Int i when i > min_int -> i
  | `Int _ | `Intlit _ -> Decode.expected d (Printf.sprintf "an integer from -%d to %d" max_int max_int)
  | _ -> Decode.expected d "an integer"

let cell d : Tabular.cell =
  match Decode.json d with
  | `Bool b -> Bool b
  | `Int _ | `Intlit _ -> Int (integer d)
  | _ -> Decode.expected d "an integer, or true or false"

let same_type (a : Tabular.cell) (b : Tabular.cell) =
  match (a, b) with Int _, Int _ | Bool _, Bool _ -> true | Int _, Bool _ | Bool _, Int _ -> false

let column d =
  let cells = Array.of_list (Decode.list (fun d -> (d, cell d)) d) in
  Array.iter
    (fun (place, c) ->
      if not (same_type c (snd cells.(0))) then
        Decode.expected place (match snd cells.(0) with Int _ -> "an integer, as above it" | Bool _ -> "true or false, as above it"))
    cells;
  Array.map snd cells

let once ~where names =
  ignore
    (List.fold_left
       (fun seen name -> if List.mem name seen then Invalid.error where ~found:(name ^ " twice") ~expected:"each once" else name :: seen)
       [] names)

let inputs (module D : Tabular.S) ~n d =
  match Decode.json d with
  | `Assoc fields ->
    let names = List.map fst fields in
    once ~where:(Decode.where d) names;
    List.map
      (fun name ->
        if not (D.is_name name) then
          Invalid.error (Decode.where d) ~found:(Printf.sprintf "the name %S" name)
            ~expected:"an identifier of Python that is no keyword and no primitive";
        let cells = Decode.field d name column in
        if Array.length cells <> n then
          Invalid.error
            (Printf.sprintf "%s.%s" (Decode.where d) name)
            ~found:(Printf.sprintf "%d values" (Array.length cells))
            ~expected:(Printf.sprintf "%d, as many as outputs" n);
        (name, cells))
      names
  | _ -> Decode.expected d "an object of columns"

let read (module D : Tabular.S) d =
  Decode.only d
    [
      "domain"; "inputs"; "outputs"; "constants"; "primitives"; "max_programs"; "n_solutions"; "program_size_limit";
      "exploration_timeout"; "memory_limit";
    ];
  let outputs =
    Decode.field d "outputs" (fun d ->
        let cells = column d in
        if cells = [||] then Decode.expected d "at least one value" else cells)
  in
  let distinct read d =
    let items = Decode.list read d in
    once ~where:(Decode.where d) (List.map string_of_int items);
    items
  in
  let known = List.map fst D.primitives in
  let primitive d =
    let s = Decode.string d in
    if List.mem s known then s else Decode.expected d ("one of " ^ String.concat ", " known)
  in
  let primitives d =
    let names = Decode.list primitive d in
    once ~where:(Decode.where d) names;
    names
  in
  {
    inputs = Decode.field d "inputs" (inputs (module D) ~n:(Array.length outputs));
    outputs;
    constants = Decode.field_or d "constants" ~default:D.constants (distinct integer);
    primitives = Decode.field_or d "primitives" ~default:known primitives;
    max_programs = Decode.field_or d "max_programs" ~default:10_000_000 Decode.natural;
    n_solutions = Decode.field_or d "n_solutions" ~default:1 Decode.positive_int;
    size = Decode.field_or d "program_size_limit" ~default:max_int Decode.positive_int;
    exploration_timeout = Decode.field_or d "exploration_timeout" ~default:600. Decode.positive;
    memory_limit = Decode.field_or d "memory_limit" ~default:(1 lsl 30) Decode.positive_int;
  }

let reply ~python solutions (s : Search.Solve.statistics) : Yojson.Safe.t =
  let solution { Search.Solve.program; cost } =
    `Assoc
      [
        ("program", `String (Lambda.Notation.print Stitch program));
        ("python", `String (python program));
        ("size", `Int (Lambda.Term.size program));
        ("cost", `Float (Grammar.Pcfg.nats cost));
      ]
  in
  `Assoc
    [
      ("solutions", `List (List.map solution solutions));
      ("n_enumerated", `Int s.enumerated);
      ("n_undefined", `Int s.undefined);
      ("n_distinct", `Int s.distinct);
      ("max_description_length", `Float (Grammar.Pcfg.nats s.last_cost));
      ("stopped", `String (Search.Limits.stop_name s.stop));
    ]
