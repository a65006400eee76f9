open Lambda
open Grammar
open Domains
open Support

module Reference = Integer_reference

(* Small ones, and such as are near powers of two, often those where products and sums leave the range. *)
let values =
  QCheck.(
    map
      (fun (small, (bits, low, negative)) ->
        let bits = if bits <= 62 then bits else [| 30; 31; 32; 61; 62 |].(bits mod 5) in
        let x = if small then low else (1 lsl bits) + low - 5 in
        let x = max x (-max_int) in
        if negative then -x else x)
      (pair bool (triple (int_bound 120) (int_bound 10) bool)))

let applied (operation : Integer_operation.t) xs =
  match (operation, xs) with
  | Unary f, [ a ] -> f a
  | Binary f, [ a; b ] -> f a b
  | Ternary f, [ a; b; c ] -> f a b c
  | _ -> Alcotest.fail "arity"

let operations =
  List.map
    (fun (name, ty, operation) ->
      let rec types = function Ty.Arrow (a, b) -> a :: types b | _ -> [] in
      let types = types ty in
      property ~count:2000 (name ^ " is the exact result, or undefined") QCheck.(triple values values values) (fun (a, b, c) ->
          let xs =
            List.map2 (fun ty x -> if ty = Integer_operation.bool then abs (x mod 2) else x) types
              (List.filteri (fun i _ -> i < List.length types) [ a; b; c ])
          in
          let found = applied operation xs in
          (if found = Integer_operation.undefined then None else Some found) = Reference.operation name xs))
    Integer_operation.all
  @ [
      case "division rounds down, and the remainder has the sign of the divisor" (fun () ->
          List.iter
            (fun (a, b, quotient, rest) ->
              Alcotest.(check (option int)) "quotient" (Some quotient) (Reference.operation "div" [ a; b ]);
              Alcotest.(check (option int)) "rest" (Some rest) (Reference.operation "mod" [ a; b ]))
            [ (7, 2, 3, 1); (-7, 2, -4, 1); (7, -2, -4, -1); (-7, -2, 3, -1); (6, -3, -2, 0); (-max_int, -1, max_int, 0) ]);
    ]

(* {1 Search} *)

let int = Integer_operation.int
let bool = Integer_operation.bool

let entries ?(weight = Integer_domain.weight) named =
  List.map (fun (name, ty) -> { Dsl.term = Term.Primitive { name; ty }; log_likelihood = weight name }) named

let library ?weight named = Dsl.make ~state_type:int ~var_log_likelihood:0. (entries ?weight named)
let operation name = (name, List.assoc name Integer_domain.primitives)

(* Examples as environments: rows of named integers. *)
let columns table = match table with [] -> [] | env :: _ -> List.map (fun (name, _) -> (name, Array.of_list (List.map (List.assoc name) table))) env

let domain table wanted =
  Integer_domain.table
    ~inputs:(List.map (fun (name, xs) -> (name, Array.map (fun x -> Tabular.Int x) xs)) (columns table))
    ~outputs:(Array.of_list (List.map (fun x -> Tabular.Int x) wanted))

let budget = { Search.Limits.programs = 3_000; size = max_int; seconds = 600.; memory = max_int }

(* The search with all that it kept of the request's type: programs and costs. *)
let solve ?watch ?(n_solutions = 1) ?(budget = budget) grammar table wanted =
  let (module T) = domain table wanted in
  let module Solve = Search.Solve.Make (T) in
  let t = Solve.run ?watch ~n_solutions grammar budget in
  let nonterminal = Pcfg.start grammar in
  let kept = List.init (Solve.length t ~nonterminal) (fun rank -> (Solve.term t ~nonterminal ~rank, Solve.cost t ~nonterminal ~rank)) in
  (Solve.solutions t, Solve.statistics t, kept)

(* Each row that some program of cost at most [bound] has, with the least cost. *)
let rows_within g table bound =
  let least = Hashtbl.create 100 in
  List.iter
    (fun (term, cost) ->
      match Reference.row table term with
      | None -> ()
      | Some row -> if cost < Option.value ~default:max_int (Hashtbl.find_opt least row) then Hashtbl.replace least row cost)
    (derivations g (Pcfg.start g) bound);
  List.sort compare (List.of_seq (Hashtbl.to_seq least))

(* A library of inputs x and y, some constants, and some operations, with uneven weights; a table; a seed. *)
let problems =
  let draw state =
    let pick keep xs = List.filter (fun _ -> Random.State.float state 1. < keep) xs in
    let named = [ ("x", int); ("y", int) ] @ pick 0.5 [ ("1", int); ("3", int) ] @ pick 0.35 Integer_domain.primitives in
    let weights = List.map (fun (name, _) -> (name, -0.5 *. float_of_int (Random.State.int state 5))) named in
    let weight name = List.assoc name weights in
    let number () = if Random.State.int state 8 = 0 then max_int - Random.State.int state 3 else Random.State.int state 9 - 4 in
    let table = List.init (2 + Random.State.int state 4) (fun _ -> [ ("x", number ()); ("y", number ()) ]) in
    (library ~weight named, table, Random.State.bits state)
  in
  let print (dsl, table, _) =
    String.concat " " (List.map Dsl.name (Array.to_list (Dsl.entries dsl)))
    ^ String.concat "; " (List.map (fun env -> String.concat "," (List.map (fun (n, x) -> Printf.sprintf "%s=%d" n x) env)) table)
  in
  QCheck.make ~print draw

let impossible table = List.map (fun _ -> Integer_operation.undefined) table

let against_brute_force =
  [
    property ~count:150 "the rows of brute force, each once and at its least cost" problems (fun (dsl, table, _) ->
        let g = Pcfg.make dsl int in
        let budget = { budget with programs = 400 } in
        let _, s, kept = solve ~budget g table (impossible table) in
        (* The last cost may be cut in the middle. *)
        let bound = min (s.last_cost - 1) (cost_of_nth g 2_000) in
        let kept = List.filter (fun (_, cost) -> cost <= bound) kept in
        let rows = List.map (fun (t, cost) -> (Option.get (Reference.row table t), cost)) kept in
        List.sort compare rows = rows_within g table bound);
    property ~count:150 "the first solution costs least of all programs that fit" problems (fun (dsl, table, seed) ->
        let g = Pcfg.make dsl int in
        let programs = derivations g (Pcfg.start g) (cost_of_nth g 1_000) in
        let target, _ = List.nth programs (seed mod List.length programs) in
        match Reference.row table target with
        | None -> true
        | Some wanted -> (
          match solve g table wanted with
          | { program; cost } :: _, { stop = Solved }, _ ->
            Reference.row table program = Some wanted
            && List.assoc_opt wanted (rows_within g table cost) = Some cost
          | _ -> false));
    property ~count:50 "several solutions are distinct, fit, and come in order of cost" problems (fun (dsl, table, _) ->
        let g = Pcfg.make dsl int in
        let wanted = List.map (List.assoc "x") table in
        let solutions, _, _ = solve ~n_solutions:5 g table wanted in
        let costs = List.map (fun (s : Search.Solve.solution) -> s.cost) solutions in
        let texts = List.map (fun (s : Search.Solve.solution) -> Notation.print Stitch s.program) solutions in
        costs = List.sort compare costs
        && List.length (List.sort_uniq compare texts) = List.length texts
        && List.for_all (fun (s : Search.Solve.solution) -> Reference.row table s.program = Some wanted) solutions);
  ]

let all_named = [ ("x", int); ("y", int); ("0", int); ("1", int); ("2", int) ] @ Integer_domain.primitives
let everything = Pcfg.make (library all_named) int

let numbers ~rows seed =
  let state = Random.State.make [| seed |] in
  List.init rows (fun _ -> [ ("x", Random.State.int state 41 - 20); ("y", Random.State.int state 41 - 20) ])

let table = numbers ~rows:20 3

let inventions =
  let dsl =
    Rewrite.Incorporate.inventions (library [ ("x", int); ("y", int); ("1", int); operation "add"; operation "mul"; operation "mod" ])
      [ ("square", "(mul #0 #0)"); ("norm", "(add (square #0) (square #1))"); ("after", "(add 1)"); ("two", "(add 1 1)") ]
  in
  [
    case "inventions are operations like others, also curried and without arguments" (fun () ->
        let g = Pcfg.make dsl int in
        let _, _, kept = solve g table (impossible table) in
        let rows = List.map (fun (t, _) -> Reference.row table t) kept in
        Alcotest.(check int) "distinct" (List.length kept) (List.length (List.sort_uniq compare rows));
        List.iter
          (fun (text, f) ->
            let wanted = List.map (fun env -> f (List.assoc "x" env) (List.assoc "y" env)) table in
            match solve g table wanted with
            | { program } :: _, _, _ -> Alcotest.(check string) "program" text (Notation.print Stitch program)
            | [], _, _ -> Alcotest.failf "%s not found" text)
          [ ("(norm x y)", fun x y -> (x * x) + (y * y)); ("(after x)", fun x _ -> x + 1); ("two", fun _ _ -> 2) ]);
    case "an invention that takes a function is refused" (fun () ->
        let dsl = Rewrite.Incorporate.inventions dsl [ ("twice", "(lam (#0 (#0 $0)))") ] in
        match solve (Pcfg.make dsl int) table (impossible table) with
        | _ -> Alcotest.fail "accepted"
        | exception Search.First_order.Higher_order "int -> int" -> ());
  ]

let stop_of (_, (s : Search.Solve.statistics), _) = Search.Limits.stop_name s.stop

let budgets =
  [
    case "a budget in programs is kept to" (fun () ->
        let _, s, _ = solve ~budget:{ budget with programs = 1234 } everything table (impossible table) in
        Alcotest.(check int) "enumerated" 1234 s.enumerated;
        Alcotest.(check string) "stop" "programs" (Search.Limits.stop_name s.stop));
    case "a safety clock that fires is recorded" (fun () ->
        let found = solve ~budget:{ budget with programs = max_int; seconds = 0.05 } everything table (impossible table) in
        Alcotest.(check string) "stop" "clock" (stop_of found));
    case "at the memory limit the search stops" (fun () ->
        let memory = ((Gc.quick_stat ()).heap_words * 8) + 50_000_000 in
        let found = solve ~budget:{ budget with programs = max_int; memory } everything table (impossible table) in
        Alcotest.(check string) "stop" "memory" (stop_of found));
    case "it can be cancelled" (fun () ->
        let told = ref 0 in
        let watch n = told := n; n < 5_000 in
        let found = solve ~watch ~budget:{ budget with programs = max_int } everything table (impossible table) in
        Alcotest.(check string) "stop" "cancelled" (stop_of found);
        Alcotest.(check bool) "soon" true (!told < 10_000));
    case "a finite set of rows is exhausted, though the language has no end" (fun () ->
        let g = Pcfg.make (library [ ("x", bool); operation "and"; operation "not" ]) bool in
        let table = [ [ ("x", 0) ]; [ ("x", 1) ] ] in
        let (_, s, kept) as found = solve ~budget:{ budget with programs = max_int } g table (impossible table) in
        Alcotest.(check string) "stop" "exhausted" (stop_of found);
        Alcotest.(check int) "x, not x, false, true" 4 (List.length kept);
        Alcotest.(check int) "distinct" 4 s.distinct);
    case "programs above the size limit are dropped" (fun () ->
        let _, _, kept = solve ~budget:{ budget with size = 4; programs = max_int; seconds = 60. } everything table (impossible table) in
        Alcotest.(check int) "largest" 4 (List.fold_left (fun n (t, _) -> max n (Term.size t)) 0 kept));
    case "the search is the same each time" (fun () ->
        let texts (_, _, kept) = List.map (fun (t, _) -> Notation.print Stitch t) kept in
        let once = solve everything table (impossible table) and again = solve everything table (impossible table) in
        Alcotest.(check (list string)) "kept" (texts once) (texts again));
    case "valuing a program allocates less than a word" (fun () ->
        let n = 500_000 in
        let (module T) = domain table (impossible table) in
        let module Solve = Search.Solve.Make (T) in
        let before = Gc.minor_words () in
        let t = Solve.run ~n_solutions:1 everything { budget with programs = n } in
        let words = Gc.minor_words () -. before in
        Alcotest.(check int) "enumerated" n (Solve.statistics t).enumerated;
        if words > float_of_int n then Alcotest.failf "%.2f words for each program" (words /. float_of_int n));
  ]

(* {1 Storage} *)

(* A row becomes the scratch row by being a constant. *)
let set rows row = ignore (Integer_rows.constant row ~result:rows [||])

let storage =
  [
    property ~count:50 "of things with few hashes each is new once" QCheck.(pair (int_range 1 4) (list_of_size (Gen.int_bound 3_000) (int_bound 2_000)))
      (fun (hashes, things) ->
        let seen = Search.Seen.create () in
        let known = Search.Int_vector.create () in
        List.iter
          (fun x ->
            let rank = Search.Int_vector.length known in
            if Search.Seen.is_new seen (fun r -> Search.Int_vector.get known r = x) ~hash:(x mod hashes) ~rank then
              Search.Int_vector.push known x)
          things;
        let kept = List.init (Search.Int_vector.length known) (Search.Int_vector.get known) in
        List.length kept = List.length (List.sort_uniq compare things)
        && List.sort compare kept = List.sort_uniq compare things);
    property ~count:100 "rows are kept as they were, and equal only themselves" QCheck.(pair (oneof [ int_range 1 5; int_range 1 40_000 ]) small_nat) (fun (n, seed) ->
        let state = Random.State.make [| seed |] in
        let rows = Integer_rows.create n in
        let kept = List.init 9 (fun rank -> (rank, Array.init n (fun _ -> Random.State.bits state))) in
        List.iter (fun (rank, row) -> set rows row; Integer_rows.put rows rank) kept;
        List.for_all
          (fun (rank, row) ->
            set rows row;
            let hash = Integer_rows.hash rows in
            let itself = Integer_rows.equal rows rank && Integer_rows.holds rows row in
            let changed = Array.copy row in
            let i = Random.State.int state n in
            changed.(i) <- changed.(i) + 1;
            set rows changed;
            itself && (not (Integer_rows.equal rows rank)) && (not (Integer_rows.holds rows row)) && Integer_rows.hash rows <> hash)
          kept);
  ]

(* {1 Python} *)

let python =
  List.map
    (fun (program, expected) ->
      case program (fun () ->
          let int_entries = List.map (fun name -> (name, int)) [ "x"; "y"; "0"; "3"; "-1" ] in
          let dsl = library (int_entries @ [ ("p", bool); ("q", bool) ] @ Integer_domain.primitives) in
          Alcotest.(check string) "python" expected (Integer_domain.python (read dsl program))))
    [
      ("(mod (add x y) 3)", "(x + y) % 3");
      ("(sub (sub x y) (sub y 3))", "x - y - (y - 3)");
      ("(mul (neg x) (neg (add x y)))", "-x * -(x + y)");
      ("(div -1 (mul x 3))", "-1 // (x * 3)");
      ("(max (min x y) (abs -1))", "max(min(x, y), abs(-1))");
      ("(if (lt x 0) (if p x y) (if q y x))", "(x if p else y) if x < 0 else y if q else x");
      ("(if (if_bool p q (not q)) x 0)", "x if (q if p else not q) else 0");
      ("(add (if p x y) 3)", "(x if p else y) + 3");
      ("(and (or p q) (not (and p q)))", "(p or q) and not (p and q)");
      ("(or (and p q) (or p (not q)))", "p and q or (p or not q)");
      ("(not (lt x y))", "x >= y");
      ("(not (eq x y))", "x != y");
      ("(not (not p))", "not not p");
      ("(xor (lt x y) (not p))", "(x < y) != (not p)");
      ("(not (xor p (xor p q)))", "p == (p != q)");
    ]
  @ [
      case "inventions are opened" (fun () ->
          let dsl = Rewrite.Incorporate.inventions (library [ ("x", int); operation "mul"; operation "add" ]) [ ("square", "(mul #0 #0)") ] in
          Alcotest.(check string) "python" "(x + x) * (x + x)" (Integer_domain.python (read dsl "(square (add x x))")));
    ]

(* {1 Messages} *)

let request ?(fields = "") ?(inputs = {|{"x": [1, 2], "b": [true, false]}|}) ?(outputs = "[1, 2]") () =
  Wire.Decode.of_string ~where:"" (Printf.sprintf {|{"domain": "integer", "inputs": %s, "outputs": %s%s}|} inputs outputs fields)

let refused name ~field ~found ~expected d =
  case ("refused: " ^ name) (fun () ->
      match Commands.Calls.explore d with
      | _ -> Alcotest.fail "accepted"
      | exception Wire.Invalid.Error e -> Alcotest.(check (list string)) "error" [ field; found; expected ] [ e.field; e.found; e.expected ])

let range = Printf.sprintf "an integer from -%d to %d" max_int max_int
let identifier = "an identifier of Python that is no keyword and no primitive"

let messages =
  [
    case "what is left out has its default" (fun () ->
        let m = Wire.Table_message.read (module Integer_domain) (request ()) in
        Alcotest.(check (list int)) "constants" [ 0; 1; 2 ] m.constants;
        Alcotest.(check int) "solutions" 1 m.n_solutions;
        Alcotest.(check int) "primitives" (List.length Integer_domain.primitives) (List.length m.primitives));
    case "the reply has the programs in both notations" (fun () ->
        let reply = Commands.Calls.explore (request ~inputs:{|{"x": [5, -7, 4, 12]}|} ~outputs:"[2, 2, 1, 0]" ~fields:{|, "constants": [3, -1]|} ()) in
        let open Yojson.Safe.Util in
        let solution = reply |> member "solutions" |> index 0 in
        Alcotest.(check string) "program" "(mod x 3)" (solution |> member "program" |> to_string);
        Alcotest.(check string) "python" "x % 3" (solution |> member "python" |> to_string);
        Alcotest.(check int) "size" 3 (solution |> member "size" |> to_int);
        Alcotest.(check string) "stopped" "solved" (reply |> member "stopped" |> to_string));
    refused "a ragged column" ~field:"inputs.x" ~found:"1 values" ~expected:"2, as many as outputs" (request ~inputs:{|{"x": [1]}|} ());
    refused "an empty table" ~field:"outputs" ~found:"[]" ~expected:"at least one value" (request ~outputs:"[]" ());
    refused "a bool among integers" ~field:"inputs.x[1]" ~found:"true" ~expected:"an integer, as above it" (request ~inputs:{|{"x": [1, true]}|} ());
    refused "an integer among bools" ~field:"outputs[1]" ~found:"0" ~expected:"true or false, as above it" (request ~outputs:"[true, 0]" ());
    refused "a number with a point" ~field:"outputs[0]" ~found:"1.0" ~expected:"an integer, or true or false" (request ~outputs:"[1.0, 2]" ());
    refused "an integer that is too large" ~field:"outputs[1]" ~found:"4611686018427387904" ~expected:range (request ~outputs:"[1, 4611686018427387904]" ());
    refused "the least native integer" ~field:"outputs[1]" ~found:"-4611686018427387904" ~expected:range (request ~outputs:"[1, -4611686018427387904]" ());
    refused "a constant that is too large" ~field:"constants[0]" ~found:"9999999999999999999" ~expected:range (request ~fields:{|, "constants": [9999999999999999999]|} ());
    refused "an input with the name of a primitive" ~field:"inputs" ~found:"the name \"max\"" ~expected:identifier (request ~inputs:{|{"max": [1, 2]}|} ());
    refused "an input with the name of a constant" ~field:"inputs" ~found:"the name \"1\"" ~expected:identifier (request ~inputs:{|{"1": [1, 2]}|} ());
    refused "an input with a keyword for a name" ~field:"inputs" ~found:"the name \"lambda\"" ~expected:identifier (request ~inputs:{|{"lambda": [1, 2]}|} ());
    refused "an input given twice" ~field:"inputs" ~found:"x twice" ~expected:"each once" (request ~inputs:{|{"x": [1, 2], "x": [1, 2]}|} ());
    refused "inputs that are no columns" ~field:"inputs" ~found:"[1,2]" ~expected:"an object of columns" (request ~inputs:"[1, 2]" ());
    refused "an unknown primitive" ~field:"primitives[1]" ~found:{|"pow"|}
      ~expected:("one of " ^ String.concat ", " (List.map fst Integer_domain.primitives))
      (request ~fields:{|, "primitives": ["add", "pow"]|} ());
    refused "a primitive twice" ~field:"primitives" ~found:"add twice" ~expected:"each once" (request ~fields:{|, "primitives": ["add", "add"]|} ());
    refused "a constant twice" ~field:"constants" ~found:"1 twice" ~expected:"each once" (request ~fields:{|, "constants": [1, 1]|} ());
    refused "no program of the type wanted" ~field:"primitives" ~found:"a library without any program" ~expected:"programs of type bool"
      (request ~inputs:{|{"x": [1, 2]}|} ~outputs:"[true, false]" ~fields:{|, "primitives": ["add"]|} ());
    refused "no solutions wanted" ~field:"n_solutions" ~found:"0" ~expected:"an integer, 1 or more" (request ~fields:{|, "n_solutions": 0|} ());
    refused "another domain" ~field:"domain" ~found:{|"lists"|} ~expected:{|"graph" or "integer" or "expression"|}
      (Wire.Decode.of_string ~where:"" {|{"domain": "lists"}|});
  ]

let () =
  Alcotest.run "integer"
    [
      ("operations", operations);
      ("brute force", against_brute_force);
      ("inventions", inventions);
      ("budgets", budgets);
      ("storage", storage);
      ("python", python);
      ("messages", messages);
    ]
