open Domains

type t = {
  points : Expression_points.t;
  types : (string * Expression_sign.t) list option;
  units : (Expression_unit.table * (string * Expression_unit.t) list) option;
  constants : float list;
  primitives : string list;
  search_points : int;
  n_best : int;
  enough : float;
  basis : int;
  basis_file : string option;
  max_programs : int;
  size : int;
  exploration_timeout : float;
  memory_limit : int;
}

let signs = Expression_sign.[ ("any", any); ("nonzero", nonzero); ("nonnegative", nonnegative); ("positive", positive) ]
let one_of names = "one of " ^ String.concat ", " names

let distinct ~text read d =
  let items = Decode.list (fun d -> (d, read d)) d in
  ignore
    (List.fold_left
       (fun seen (_, item) ->
         if List.mem item seen then Invalid.error (Decode.where d) ~found:(text item ^ " twice") ~expected:"each once";
         item :: seen)
       [] items);
  List.map snd items

let name d =
  let s = Decode.string d in
  if Expression_domain.is_name s then s else Decode.expected d "an identifier of Python that is no keyword and no primitive"

(* What [read] makes of each field of an object, with the field's name. *)
let fields ~of_ read d =
  match Decode.json d with
  | `Assoc fields -> List.map (fun (name, _) -> (name, Decode.field d name (read name))) fields
  | _ -> Decode.expected d ("an object of " ^ of_)

let by_input names ~of_ read d =
  let whole = d in
  let of_input input d =
    if not (Array.mem input names) then Invalid.error (Decode.where whole) ~found:input ~expected:"names of inputs";
    read d
  in
  fields ~of_:(of_ ^ ", by input") of_input d

let types names =
  let sign d = match List.assoc_opt (Decode.string d) signs with Some sign -> sign | None -> Decode.expected d (one_of (List.map fst signs)) in
  by_input names ~of_:"types" sign

let units names d =
  let table = Expression_unit.table () in
  let unit d =
    match Expression_unit.of_powers table (fields ~of_:"powers, by base unit" (fun _ -> Decode.float) d) with
    | Some unit -> unit
    | None -> Decode.expected d "powers that are multiples of 1/360"
  in
  (table, by_input names ~of_:"units" unit d)

let same_shape d field (a : Array_file.t) first =
  if Array.sub a.shape 0 (Array.length first) <> first then
    let text shape = String.concat " x " (List.map string_of_int (Array.to_list shape)) in
    Decode.field d field (fun d ->
        Invalid.error (Decode.where d) ~found:("an array of " ^ text a.shape) ~expected:("one of " ^ text first ^ ", as points"))

let points d names : Expression_points.t =
  let read field dimensions = Decode.field d field (Array_file.read ~dimensions) in
  let points = read "points" 2 and gradients = read "gradients" 2 in
  let shape = points.shape in
  same_shape d "gradients" gradients shape;
  if Array.length names <> shape.(1) then
    Invalid.error "names" ~found:(Printf.sprintf "%d names" (Array.length names)) ~expected:(Printf.sprintf "%d, one for each input" shape.(1));
  let tangents = Decode.field_or d "tangents" ~default:None (fun d -> Some (Array_file.read ~dimensions:3 d)) in
  Option.iter (fun t -> same_shape d "tangents" t shape) tangents;
  {
    names;
    n = shape.(0);
    points = points.numbers;
    gradients = gradients.numbers;
    tangents = Option.map (fun (t : Array_file.t) -> (t.shape.(2), t.numbers)) tangents;
  }

let read d =
  Decode.only d
    [
      "domain"; "names"; "points"; "gradients"; "tangents"; "types"; "units"; "constants"; "primitives"; "search_points"; "n_best"; "enough"; "basis";
      "basis_file"; "max_programs"; "program_size_limit"; "exploration_timeout"; "memory_limit";
    ];
  let known = List.map fst Expression_operation.all in
  let primitive d =
    let s = Decode.string d in
    if List.mem s known then s else Decode.expected d (one_of known)
  in
  let names = Decode.field d "names" (fun d -> Array.of_list (distinct ~text:Fun.id name d)) in
  let points = points d names in
  if Expression_points.first points 1 = [||] then
    Invalid.error "gradients" ~found:"gradients of length 0 at all points" ~expected:"a latent that is not constant";
  {
    points;
    types = Decode.field_or d "types" ~default:None (fun d -> Some (types names d));
    units = Decode.field_or d "units" ~default:None (fun d -> Some (units names d));
    constants = Decode.field_or d "constants" ~default:[ 1.; 2. ] (distinct ~text:Expression_domain.constant Decode.float);
    primitives = Decode.field_or d "primitives" ~default:Expression_operation.default (distinct ~text:Fun.id primitive);
    search_points = Decode.field_or d "search_points" ~default:16 Decode.positive_int;
    n_best = Decode.field_or d "n_best" ~default:200 Decode.positive_int;
    enough = Decode.field_or d "enough" ~default:0. Decode.float;
    basis = Decode.field_or d "basis" ~default:0 Decode.natural;
    basis_file = Decode.field_or d "basis_file" ~default:None (fun d -> Some (Decode.string d));
    max_programs = Decode.field_or d "max_programs" ~default:2_000_000 Decode.natural;
    size = Decode.field_or d "program_size_limit" ~default:max_int Decode.positive_int;
    exploration_timeout = Decode.field_or d "exploration_timeout" ~default:600. Decode.positive;
    memory_limit = Decode.field_or d "memory_limit" ~default:(1 lsl 31) Decode.positive_int;
  }

type expression = { program : Lambda.Term.t; cost : int; error : float }

let reply ~front ~best ~basis ~seconds (s : Search.Solve.statistics) : Yojson.Safe.t =
  let expression { program; cost; error } =
    `Assoc
      [
        ("program", `String (Lambda.Notation.print Stitch program));
        ("python", `String (Expression_python.expression program));
        ("size", `Int (Lambda.Term.size program));
        ("cost", `Float (Grammar.Pcfg.nats cost));
        ("error", `Float error);
      ]
  in
  let expressions es = `List (List.map expression es) in
  `Assoc
    [
      ("front", expressions front);
      ("best", expressions best);
      ("basis", expressions basis);
      ("n_enumerated", `Int s.enumerated);
      ("n_undefined", `Int s.undefined);
      ("n_distinct", `Int s.distinct);
      ("max_description_length", `Float (Grammar.Pcfg.nats s.last_cost));
      ("stopped", `String (Search.Limits.stop_name s.stop));
      ("seconds", `Float seconds);
    ]
