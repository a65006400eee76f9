module Op = Expression_operation

type t = int

(* By base unit, in order: how many 360ths of it; none is 0. *)
type powers = (string * int) list

(* [results] remembers by operation and arguments; -1 stands for none. *)
type table = { mutable known : powers array; mutable length : int; numbers : (powers, t) Hashtbl.t; results : (int, t) Hashtbl.t }

let number = 0
let parts = 360
let largest = 1000.
let unit_bits = 28

let intern table powers =
  match Hashtbl.find_opt table.numbers powers with
  | Some unit -> unit
  | None ->
    let unit = table.length in
    if unit lsr unit_bits > 0 then invalid_arg "Expression_unit.intern: too many";
    if unit = Array.length table.known then table.known <- Array.append table.known (Array.make (max 16 unit) []);
    table.known.(unit) <- powers;
    table.length <- unit + 1;
    Hashtbl.add table.numbers powers unit;
    unit

let table () =
  let table = { known = [||]; length = 0; numbers = Hashtbl.create 16; results = Hashtbl.create 64 } in
  ignore (intern table []);
  table

let rec sum (a : powers) (b : powers) : powers =
  match (a, b) with
  | [], rest | rest, [] -> rest
  | (name, p) :: a', (name', q) :: b' ->
    if name < name' then (name, p) :: sum a' b
    else if name > name' then (name', q) :: sum a b'
    else if p + q = 0 then sum a' b'
    else (name, p + q) :: sum a' b'

let times n = List.map (fun (name, p) -> (name, n * p))

let of_powers table powers =
  let part (name, power) =
    let n = power *. float_of_int parts in
    if abs_float power <= largest && abs_float (n -. Float.round n) < 1e-9 *. float_of_int parts then Some [ (name, int_of_float (Float.round n)) ]
    else None
  in
  let add total power =
    match (total, part power) with
    | Some total, Some [ (_, 0) ] -> Some total
    | Some total, Some power -> Some (sum total power)
    | _ -> None
  in
  Option.map (intern table) (List.fold_left add (Some []) powers)

let made table (op : Op.t) a b =
  let powers = table.known.(a) and other = table.known.(b) in
  match op with
  | Add | Sub -> if a = b then Some powers else None
  | Mul -> Some (sum powers other)
  | Div -> Some (sum powers (times (-1) other))
  | Neg -> Some powers
  | Inv -> Some (times (-1) powers)
  | Square -> Some (times 2 powers)
  | Cube -> Some (times 3 powers)
  | Sqrt -> if List.for_all (fun (_, p) -> p land 1 = 0) powers then Some (List.map (fun (name, p) -> (name, p / 2)) powers) else None
  | Exp | Log | Sin | Cos -> if a = number then Some [] else None

let of_result table op a b =
  let key = (((Op.code op lsl unit_bits) lor a) lsl unit_bits) lor b in
  let unit =
    match Hashtbl.find_opt table.results key with
    | Some unit -> unit
    | None ->
      let unit = match made table op a b with Some powers -> intern table powers | None -> -1 in
      Hashtbl.add table.results key unit;
      unit
  in
  if unit < 0 then None else Some unit
