type t = {
  id : int;
  parent : t;
  u : int;  (* the edge's smaller end, or -1: the last step added the node v *)
  v : int;
  port : int;
  n_nodes : int;
  next_id : int;
  isolated : int;
  parallel : bool;  (* the edge joins two nodes that were neighbours already *)
  degree_key : int;
  mutable with_node : t;  (* [nowhere] until it is asked for *)
  mutable with_edges : step;
  mutable mark : int;
  mutable simple : Isomorphism.t option;  (* once it is asked for *)
}

(* The edges tried from a graph: the child, or the graph itself where the ports were taken. *)
and step = End | Step of { label : int; graph : t; mutable next : step }

let rec nowhere =
  {
    id = 0;
    parent = nowhere;
    u = -1;
    v = -1;
    port = 0;
    n_nodes = 0;
    next_id = 0;
    isolated = -1;
    parallel = false;
    degree_key = 0;
    with_node = nowhere;
    with_edges = End;
    mark = 0;
    simple = None;
  }

type store = { root : t; mutable last_id : int }

(* The key is the sum over the nodes of a hash of the degree, so that a step changes it in a few operations. *)
let degree_hash d =
  let x = (d + 1) * 0x1E3779B97F4A7C15 in
  let x = (x lxor (x lsr 29)) * 0x3F58476D1CE4E5B9 in
  x lxor (x lsr 32)

let store () =
  let root = { nowhere with parent = nowhere; v = 0; n_nodes = 1; next_id = 1; degree_key = degree_hash 0 } in
  { root; last_id = 0 }

let root s = s.root
let id g = g.id
let isolated g = g.isolated
let next_id g = g.next_id
let n_nodes g = g.n_nodes
let degree_key g = g.degree_key
let mark g = g.mark
let set_mark g mark = g.mark <- mark

let forget s =
  s.root.with_node <- nowhere;
  s.root.with_edges <- End

let next_number s =
  s.last_id <- s.last_id + 1;
  s.last_id

let rec detach g =
  let parent = if g.next_id <= 1 then nowhere else detach g.parent in
  { g with parent; with_node = nowhere; with_edges = End }

let add s g =
  if g.with_node != nowhere then g.with_node
  else begin
    let child =
      {
        g with
        id = next_number s;
        parent = g;
        u = -1;
        v = g.next_id;
        n_nodes = g.n_nodes + 1;
        next_id = g.next_id + 1;
        isolated = g.next_id;
        parallel = false;
        degree_key = g.degree_key + degree_hash 0;
        with_node = nowhere;
        with_edges = End;
        mark = 0;
        simple = None;
      }
    in
    g.with_node <- child;
    child
  end

(* One walk back through the history decides whether the ports are free and what the edge changes. *)
let new_edge s g u v port =
  let rec walk h ~parallel ~degree_u ~degree_v =
    if h.next_id <= 1 then Some (parallel, degree_u, degree_v)
    else if h.u < 0 then walk h.parent ~parallel ~degree_u ~degree_v
    else
      let at_u = h.u = u || h.v = u and at_v = h.u = v || h.v = v in
      if h.port = port && (at_u || at_v) then None
      else
        let one at = if at && not h.parallel then 1 else 0 in
        walk h.parent ~parallel:(parallel || (at_u && at_v)) ~degree_u:(degree_u + one at_u) ~degree_v:(degree_v + one at_v)
  in
  match walk g ~parallel:false ~degree_u:0 ~degree_v:0 with
  | None -> g
  | Some (parallel, degree_u, degree_v) ->
    {
      id = next_number s;
      parent = g;
      u;
      v;
      port;
      n_nodes = g.n_nodes;
      next_id = g.next_id + 1;
      isolated = (if g.isolated = u || g.isolated = v then -1 else g.isolated);
      parallel;
      degree_key =
        (if parallel then g.degree_key
        else
          g.degree_key - degree_hash degree_u - degree_hash degree_v
          + degree_hash (degree_u + 1)
          + degree_hash (degree_v + 1));
      with_node = nowhere;
      with_edges = End;
      mark = 0;
      simple = None;
    }

let connect s g a b ~port =
  if a = b then g
  else
    let u = if a < b then a else b and v = if a < b then b else a in
    let label = (((u lsl 23) lor v) lsl 16) lor port in
    (* New steps go to the end: what likely programs do was done first, and is met first. *)
    let rec find = function
      | End -> assert false
      | Step step -> (
        if step.label = label then step.graph
        else
          match step.next with
          | Step _ as next -> find next
          | End ->
            let last = last () in
            step.next <- last;
            graph_of last)
    and last () = Step { label; graph = new_edge s g u v port; next = End }
    and graph_of = function Step { graph } -> graph | End -> assert false in
    match g.with_edges with
    | Step _ as first -> find first
    | End ->
      let only = last () in
      g.with_edges <- only;
      graph_of only

let rec neighbour g node ~port =
  if g.next_id <= 1 then -1
  else if g.u >= 0 && g.port = port && (g.u = node || g.v = node) then if g.u = node then g.v else g.u
  else neighbour g.parent node ~port

type edge = { id : int; u : int; v : int; port : int }

let history g =
  let rec go steps (g : t) = if g.next_id <= 1 then steps else go (g :: steps) g.parent in
  go [] g

let nodes g = 0 :: List.filter_map (fun (h : t) -> if h.u < 0 then Some h.v else None) (history g)

let edges g =
  List.filter_map
    (fun (h : t) -> if h.u < 0 then None else Some { id = h.next_id - 1; u = h.u; v = h.v; port = h.port })
    (history g)

let adjacency g =
  let neighbours = Hashtbl.create 16 in
  List.iter
    (fun e ->
      Hashtbl.add neighbours e.u e.v;
      Hashtbl.add neighbours e.v e.u)
    (edges g);
  List.rev_map (fun n -> (n, List.sort_uniq compare (Hashtbl.find_all neighbours n))) (nodes g)

let degrees g = List.sort compare (List.map (fun (_, neighbours) -> List.length neighbours) (adjacency g))

let simple g =
  match g.simple with
  | Some simple -> simple
  | None ->
    let adjacency = adjacency g in
    let numbers = Array.make g.next_id 0 in
    List.iteri (fun i (node, _) -> numbers.(node) <- i) adjacency;
    let simple =
      Isomorphism.of_neighbours
        (Array.of_list (List.map (fun (_, around) -> Array.of_list (List.map (fun j -> numbers.(j)) around)) adjacency))
    in
    g.simple <- Some simple;
    simple
