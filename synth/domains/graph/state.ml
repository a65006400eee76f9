type stack = { node : int; below : stack; stack_id : int; uniform : bool  (* all its nodes are one *); mutable above : stack list }

type t = {
  graph : Construction.t;
  pos : int;
  port : int;
  conn : stack;
  mutable next : t array;  (* by the slot of the change; [nowhere] until it is asked for *)
  mutable ends : Construction.t array;  (* likewise, the graphs of programs that end with the change *)
}

let rec empty = { node = -1; below = empty; stack_id = 0; uniform = true; above = [] }
let nowhere = { graph = Construction.nowhere; pos = -1; port = 0; conn = empty; next = [||]; ends = [||] }

module States = Hashtbl.Make (struct
  type nonrec t = t

  let equal a b = a.graph == b.graph && a.conn == b.conn && a.pos = b.pos && a.port = b.port

  let hash s =
    let x = (((Construction.id s.graph * 31) + s.conn.stack_id) * 0x1E3779B97F4A7C15) + (s.pos * 0x3F58476D1CE4E5B9) + s.port in
    (x lxor (x lsr 31)) land max_int
end)

type store = {
  max_conn : int;
  graphs : Construction.store;
  states : t States.t;
  bottom : stack;
  mutable n_stacks : int;
  mutable n_slots : int;
}

type change = { mass : int; slot : int; run : t -> t }

exception Too_large

let max_elements = 1_000
let max_states = 500_000

let store ~max_conn =
  let bottom = { empty with above = [] } in
  { max_conn; graphs = Construction.store (); states = States.create 1024; bottom; n_stacks = 1; n_slots = 0 }

let size store = States.length store.states
let graph s = s.graph
let pos s = s.pos
let port s = s.port
let rec nodes stack = if stack.node < 0 then [] else stack.node :: nodes stack.below
let conn s = nodes s.conn
let is_empty stack = stack.node < 0

(* A state that no other part of the store knows of. *)
let passing graph pos port conn = { graph; pos; port; conn; next = [||]; ends = [||] }

let known store s =
  match States.find_opt store.states s with
  | Some known -> known
  | None ->
    States.add store.states s s;
    s

let start store = known store (passing (Construction.root store.graphs) 0 0 store.bottom)

let limit store =
  if States.length store.states > max_states then begin
    States.reset store.states;
    Construction.forget store.graphs;
    store.bottom.above <- []
  end

let pushed store stack node =
  match List.find_opt (fun s -> s.node = node) stack.above with
  | Some s -> s
  | None ->
    let uniform = is_empty stack || (stack.uniform && stack.node = node) in
    let s = { node; below = stack; stack_id = store.n_stacks; uniform; above = [] } in
    store.n_stacks <- store.n_stacks + 1;
    stack.above <- s :: stack.above;
    s

let primitive run = { mass = 1; slot = -1; run }

let turn store by =
  let by = by mod store.max_conn in
  primitive (fun s ->
      let port = s.port + by in
      passing s.graph s.pos (if port >= store.max_conn then port - store.max_conn else port) s.conn)

let move (_ : store) =
  primitive (fun s ->
      let pos = Construction.neighbour s.graph s.pos ~port:s.port in
      if pos < 0 then s else passing s.graph pos s.port s.conn)

let grown s graph pos =
  if Construction.next_id graph > max_elements then raise Too_large;
  passing graph pos s.port s.conn

let add store =
  primitive (fun s ->
      if is_empty s.conn || Construction.isolated s.graph >= 0 then s
      else grown s (Construction.add store.graphs s.graph) (Construction.next_id s.graph))

let push store = primitive (fun s -> passing s.graph s.pos s.port (pushed store s.conn s.pos))

let pop (_ : store) =
  primitive (fun s ->
      if is_empty s.conn then s
      else
        let isolated = Construction.isolated s.graph and below = s.conn.below in
        if isolated >= 0 && below.uniform && (is_empty below || below.node = isolated) then s
        else passing s.graph s.pos s.port below)

let connect store =
  primitive (fun s ->
      if is_empty s.conn then s
      else grown s (Construction.connect store.graphs s.graph s.pos s.conn.node ~port:s.port) s.pos)

let mass c = c.mass
let compose f g = { mass = f.mass + g.mass; slot = -1; run = (fun s -> g.run (f.run s)) }

let remember store c =
  if c.slot >= 0 then c
  else begin
    let slot = store.n_slots in
    store.n_slots <- slot + 1;
    { c with slot }
  end

(* [table], which may be too short for [slot] yet, with [x] there; [missing] is what stands where nothing is known. *)
let noted store table slot missing x =
  let table =
    if slot < Array.length table then table
    else begin
      let longer = Array.make store.n_slots missing in
      Array.blit table 0 longer 0 (Array.length table);
      longer
    end
  in
  table.(slot) <- x;
  table

let changed store c s =
  let after = known store (c.run s) in
  if c.slot >= 0 then s.next <- noted store s.next c.slot nowhere after;
  after

let apply store c s =
  if c.slot >= 0 && c.slot < Array.length s.next then
    let known = Array.unsafe_get s.next c.slot in
    if known != nowhere then known else changed store c s
  else changed store c s

let ended store c s =
  let graph = (c.run s).graph in
  if c.slot >= 0 then s.ends <- noted store s.ends c.slot Construction.nowhere graph;
  graph

let outcome store c s =
  if c.slot >= 0 && c.slot < Array.length s.ends then
    let known = Array.unsafe_get s.ends c.slot in
    if known != Construction.nowhere then known else ended store c s
  else ended store c s

let with_graph store s graph = if graph == s.graph then s else known store (passing graph s.pos s.port s.conn)
