open Lambda
open Domains
open Support

let body text = Rewrite.Canonical.normal (Notation.read_abstraction ~lookup:(Grammar.Dsl.find_opt grown_dsl) text)

let says expected text =
  case text (fun () -> Alcotest.(check (option string)) "description" (Some expected) (Describe.invention (body text)))

let reading =
  [
    says "does nothing" "identity";
    says "does what it is given" "(#0 identity)";
    says "goes on" "#0";
    says "pushes, adds a node, connects it back, then goes on. Builds 2 nodes and 1 edge alone" "(push (add (connect #0)))";
    says "adds a node, turns the port twice, connects it back. Builds 2 nodes and 1 edge alone" "(add (next_port (next_port (connect identity))))";
    says "connects to the top, moves along the edge, then goes on" "(connect (move #0))";
    says "adds a node, pushes, connects to the top, then goes on" "(add (push (connect #0)))";
    says "turns the port, then does what it is given" "fn_1";
    says "turns the port, then does what it is given, followed by (pops)" "(next_port (#0 (pop identity)))";
    says "pushes, then does what it is given with (adds a node, then what follows) and (nothing)" "(push (#0 add identity))";
    says "does what it is given, followed by (adds a node, pops, then what follows)" "(#0 (lam (add (pop $0))))";
    says "twice: adds a node, pops; then goes on" "(add (pop (add (pop #0))))";
    says "pushes; twice: moves along the edge, pops, turning the port between; then goes on"
      "(push (move (pop (next_port (move (pop #0))))))";
    says "runs (moves along the edge, then goes on) and keeps only the graph, pushes" "(func (move #0) (push identity))";
    says "runs (its first argument) and keeps only the graph, then goes on with its second argument" "(func #0 #1)";
    says "if (moves along the edge) and (nothing) end on one node does (what it is given), else (pops), pushes"
      "(if_positions_equal (move identity) identity #0 (pop identity) (push identity))";
    says "runs (pops) and keeps only the graph, then goes on" "(func (pop identity))";
    says "pushes, then goes on" "push";
  ]

(* [n] nodes one after another, with turns that do not repeat, and then the rest. *)
let rec long n rest =
  if n = 0 then rest
  else Printf.sprintf "(push (add (connect (%s %s))))" (if n land (n / 3) land 1 = 0 then "next_port" else "prev_port") (long (n - 1) rest)

let summaries =
  let find text = Option.get (Describe.invention (body text)) in
  [
    case "a long list of steps is counted" (fun () ->
        Alcotest.(check string) "description" "6 pushes, 6 added nodes, 6 connections, 4 turns, 2 turns back, then goes on. Builds 7 nodes and 6 edges alone"
          (find (long 6 "#0")));
    case "a body of hundreds of primitives too" (fun () ->
        let text = find (long 200 "#0") in
        Alcotest.(check bool) text true (String.length text < 160 && String.sub text 0 10 = "200 pushes"));
    case "what would not end is not evaluated to its end" (fun () ->
        let rec tower n = if n = 0 then "#0" else Printf.sprintf "(func %s %s)" (tower (n - 1)) (tower (n - 1)) in
        Alcotest.(check string) "description" "511 graphs kept" (find (tower 9)));
    case "values that are no changes of state are left to the type and the body" (fun () ->
        List.iter
          (fun text -> Alcotest.(check (option string)) text None (Describe.invention (body text)))
          [ "(lam (push identity $0))"; "(lam (lam (push $1 $0)))"; "(push (lam $0))" ]);
  ]

let identity = read graph_dsl "identity"
let rec chain names = match names with [] -> identity | name :: rest -> Term.Apply (read graph_dsl name, chain rest)

let rec sequences length alphabet =
  if length = 0 then [ [] ]
  else
    let shorter = sequences (length - 1) alphabet in
    [] :: List.concat_map (fun name -> List.map (fun names -> name :: names) shorter) alphabet

(* After a beginning that builds, so that some have a graph. *)
let building = QCheck.map (fun t -> Term.Apply (read graph_dsl "add", Term.Apply (read graph_dsl "connect", t))) (program ())

let properties =
  [
    case "different lists of steps read differently" (fun () ->
        let all = List.sort_uniq compare (sequences 6 [ "add"; "connect"; "next_port" ]) in
        let texts = List.map (fun names -> Option.get (Describe.invention (chain names))) all in
        let without_graph text = List.hd (String.split_on_char '.' text) in
        Alcotest.(check int) "descriptions" (List.length all) (List.length (List.sort_uniq compare (List.map without_graph texts))));
    property "every program has a description, in sentences of at most 120 characters" (program ()) (fun t ->
        match Describe.invention (Rewrite.Canonical.normal t) with
        | Some text -> text <> "" && List.for_all (fun sentence -> String.length sentence <= 120) (String.split_on_char '.' text)
        | None -> false);
    property "the graph is the one that the program builds after push" building (fun t ->
        let t = Rewrite.Canonical.normal t in
        let (module G) = Graph_domain.make () in
        let module Evaluate = Search.Evaluate.Make (G) in
        let text = Option.get (Describe.invention t) in
        match (String.index_opt text '.', G.run (Evaluate.value (Term.Apply (read graph_dsl "push", t)))) with
        | None, None -> true
        | Some i, Some g ->
          Scanf.sscanf (String.sub text i (String.length text - i)) ". Builds %d node%_[s] and %d" (fun nodes edges ->
              nodes = Construction.n_nodes g && edges = List.length (Construction.edges g))
        | _ -> false);
    case "every base primitive has words" (fun () ->
        List.iter (fun (name, _) -> Alcotest.(check bool) name true (Describe.primitive name <> "")) Graph_domain.primitives);
  ]

let () = Alcotest.run "describe" [ ("reading", reading); ("summaries", summaries); ("properties", properties) ]
