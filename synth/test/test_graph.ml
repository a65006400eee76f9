open Lambda
open Domains
open Support

(* The table of docs/design.md once more, over plain lists, with no sharing and no flags: the oracle for the domain. *)
module Plain = struct
  type graph = { nodes : int list; edges : (int * int * int * int) list; next : int }  (* edges: id, node, node, port *)
  type state = { graph : graph; pos : int; port : int; conn : int list }

  let start = { graph = { nodes = [ 0 ]; edges = []; next = 1 }; pos = 0; port = 0; conn = [] }
  let touches node (_, u, v, _) = u = node || v = node
  let isolated g = if List.length g.nodes = 1 then [] else List.filter (fun n -> not (List.exists (touches n) g.edges)) g.nodes
  let at node port g = List.find_opt (fun ((_, _, _, p) as e) -> p = port && touches node e) g.edges

  let rec run ~ports t s =
    let head, arguments = Term.spine t in
    let name = match head with Term.Primitive { name } -> name | _ -> assert false in
    let run = run ~ports in
    match (name, arguments) with
    | "identity", [] -> s
    | "next_port", [ k ] -> run k { s with port = (s.port + 1) mod ports }
    | "prev_port", [ k ] -> run k { s with port = (s.port + ports - 1) mod ports }
    | "move", [ k ] ->
      run k (match at s.pos s.port s.graph with None -> s | Some (_, u, v, _) -> { s with pos = (if u = s.pos then v else u) })
    | "add", [ k ] ->
      let g = s.graph in
      run k
        (if s.conn = [] || isolated g <> [] then s
        else { s with graph = { g with nodes = g.next :: g.nodes; next = g.next + 1 }; pos = g.next })
    | "push", [ k ] -> run k { s with conn = s.pos :: s.conn }
    | "pop", [ k ] ->
      run k
        (match (s.conn, isolated s.graph) with
        | [], _ -> s
        | _ :: below, [] -> { s with conn = below }
        | _ :: below, lonely -> if List.exists (fun n -> not (List.mem n lonely)) below then { s with conn = below } else s)
    | "connect", [ k ] ->
      let g = s.graph in
      run k
        (match s.conn with
        | top :: _ when top <> s.pos && at s.pos s.port g = None && at top s.port g = None ->
          { s with graph = { g with edges = (g.next, min top s.pos, max top s.pos, s.port) :: g.edges; next = g.next + 1 } }
        | _ -> s)
    | "func", [ f; k ] ->
      let after = run f s in
      run k (if isolated after.graph = [] then { s with graph = after.graph } else s)
    | "if_positions_equal", [ a; b; c; d; e ] -> run e (if (run a s).pos = (run b s).pos then run c s else run d s)
    | _ -> assert false

  let output ~ports t =
    let g = (run ~ports (Term.beta_normal (Term.expand t)) start).graph in
    if List.length g.nodes > 1 && isolated g = [] then Some g else None
end

let evaluate ?(max_conn = 10) t =
  let (module G) = Graph_domain.make ~max_conn () in
  let module Evaluate = Search.Evaluate.Make (G) in
  G.run (Evaluate.value t)

let agrees ports t =
  match (evaluate ~max_conn:ports t, Plain.output ~ports t) with
  | None, None -> true
  | Some g, Some plain ->
    Construction.nodes g = List.sort compare plain.nodes
    && List.map (fun { Construction.id; u; v; port } -> (id, u, v, port)) (Construction.edges g) = List.sort compare plain.edges
    && Construction.next_id g = plain.next
  | _ -> false

(* Drawn programs rarely build anything; after this beginning most do. *)
let building =
  QCheck.map
    (fun t ->
      let rec put beginning t = match beginning with [] -> t | name :: rest -> Term.Apply (read graph_dsl name, put rest t) in
      put [ "push"; "add"; "connect"; "next_port"; "push"; "add"; "connect" ] t)
    (program ())

let meaning =
  List.concat_map
    (fun ports ->
      [
        property ~count:3000 (Printf.sprintf "any program, %d ports" ports) (program ()) (agrees ports);
        property ~count:3000 (Printf.sprintf "programs that build, %d ports" ports) building (agrees ports);
      ])
    [ 1; 2; 10 ]

let same_evaluation =
  property ~count:500 "expansion and reduction keep the output" building (fun t ->
      let edges t = Option.map Construction.edges (evaluate t) in
      edges t = edges (Term.expand t) && edges t = edges (Term.beta_normal (Term.expand t)))

let examples =
  let edges text = Option.map (fun g -> List.map (fun { Construction.id; u; v; port } -> (id, u, v, port)) (Construction.edges g)) (evaluate (read graph_dsl text)) in
  let check text expected = case text (fun () -> Alcotest.(check bool) text true (edges text = expected)) in
  [
    check "identity" None;
    check "(push (add identity))" None;
    check "(add (connect identity))" None;
    check "(push (add (connect identity)))" (Some [ (2, 0, 1, 0) ]);
    check "(push (add (connect (connect identity))))" (Some [ (2, 0, 1, 0) ]);
    check "(push (add (connect (next_port (connect identity)))))" (Some [ (2, 0, 1, 0); (3, 0, 1, 1) ]);
    check "(push (add (pop (connect identity))))" (Some [ (2, 0, 1, 0) ]);
    check "(func (push (add (connect identity))) (push (add (next_port (connect identity)))))"
      (Some [ (2, 0, 1, 0); (4, 0, 3, 1) ]);
    check "(push (func (add identity) (add (connect identity))))" (Some [ (2, 0, 1, 0) ]);
  ]

let limits =
  [
    case "a program that doubles without end meets the step limit" (fun () ->
        (* twice (twice (… push …)): 2^60 steps. *)
        let twice = Notation.read_abstraction ~lookup:(Grammar.Dsl.find_opt graph_dsl) "(func #0 #0)" in
        let rec tower n t = if n = 0 then t else tower (n - 1) (Term.Apply (twice, t)) in
        let (module G) = Graph_domain.make () in
        let module Evaluate = Search.Evaluate.Make (G) in
        let v = Evaluate.value (tower 60 (read graph_dsl "(push identity)")) in
        Alcotest.check_raises "stopped" G.Step_limit (fun () -> ignore (G.run v)));
    case "a node has at most 65,535 ports and at least one" (fun () ->
        List.iter
          (fun max_conn ->
            match Graph_domain.make ~max_conn () with
            | _ -> Alcotest.failf "%d ports" max_conn
            | exception Invalid_argument _ -> ())
          [ 0; -1; 65536 ]);
  ]

(* A random simple graph on [n] nodes, as an adjacency matrix. *)
let simple_graph =
  let draw state =
    let n = 1 + Random.State.int state 6 in
    let density = Random.State.float state 1. in
    let m = Array.make_matrix n n false in
    for i = 0 to n - 1 do
      for j = 0 to i - 1 do
        let edge = Random.State.float state 1. < density in
        m.(i).(j) <- edge;
        m.(j).(i) <- edge
      done
    done;
    m
  in
  QCheck.make draw

let neighbours m = Array.map (fun row -> Array.of_list (List.filter (fun j -> row.(j)) (List.init (Array.length row) Fun.id))) m
let simple m = Isomorphism.of_neighbours (neighbours m)
let permuted p m = Array.init (Array.length m) (fun i -> Array.init (Array.length m) (fun j -> m.(p.(i)).(p.(j))))

let rec permutations = function
  | [] -> [ [] ]
  | xs -> List.concat_map (fun x -> List.map (fun rest -> x :: rest) (permutations (List.filter (( <> ) x) xs))) xs

let some_permutation_matches a b =
  Array.length a = Array.length b
  && List.exists (fun p -> permuted (Array.of_list p) a = b) (permutations (List.init (Array.length a) Fun.id))

let shuffle seed n =
  let state = Random.State.make [| seed |] and p = Array.init n Fun.id in
  for i = n - 1 downto 1 do
    let j = Random.State.int state (i + 1) in
    let x = p.(i) in
    p.(i) <- p.(j);
    p.(j) <- x
  done;
  p

let from_edges n edges =
  let m = Array.make_matrix n n false in
  List.iter (fun (i, j) -> m.(i).(j) <- true; m.(j).(i) <- true) edges;
  m

let cycle first n = List.init n (fun i -> (first + i, first + ((i + 1) mod n)))

let isomorphism =
  [
    property ~count:1000 "as brute force over permutations" (QCheck.pair simple_graph simple_graph) (fun (a, b) ->
        Isomorphism.isomorphic (simple a) (simple b) = some_permutation_matches a b);
    property "a renumbered graph is isomorphic" (QCheck.pair simple_graph QCheck.small_nat) (fun (a, seed) ->
        Isomorphism.isomorphic (simple a) (simple (permuted (shuffle seed (Array.length a)) a)));
    case "regular graphs that refinement does not tell apart" (fun () ->
        let hexagon = from_edges 6 (cycle 0 6) and triangles = from_edges 6 (cycle 0 3 @ cycle 3 3) in
        let prism = from_edges 6 (cycle 0 3 @ cycle 3 3 @ [ (0, 3); (1, 4); (2, 5) ]) in
        let k33 = from_edges 6 (List.concat_map (fun i -> List.map (fun j -> (i, j)) [ 3; 4; 5 ]) [ 0; 1; 2 ]) in
        let same a b = Isomorphism.isomorphic (simple a) (simple b) in
        Alcotest.(check bool) "two triangles" false (same hexagon triangles);
        Alcotest.(check bool) "prism and K3,3" false (same prism k33);
        Alcotest.(check bool) "K3,3 renumbered" true (same k33 (permuted (shuffle 3 6) k33)));
    property ~count:1000 "equal keys for isomorphic outputs" (QCheck.pair building building) (fun (s, t) ->
        match (evaluate s, evaluate t) with
        | Some a, Some b ->
          let same = Graph_domain.equivalent a b in
          (not same || Construction.degree_key a = Construction.degree_key b)
          && (Construction.degrees a = Construction.degrees b) = (Construction.degree_key a = Construction.degree_key b)
        | _ -> true);
  ]

let () =
  Alcotest.run "graph"
    [
      ("as the table says", meaning);
      ("rewriting", [ same_evaluation ]);
      ("examples", examples);
      ("limits", limits);
      ("isomorphism", isomorphism);
    ]
