open Lambda
module Op = Expression_operation
module Rows = Expression_rows
module Points = Expression_points
module Ranking = Expression_ranking

let name = "expression"
let is_name s = Integer_python.is_name s && s <> "lam" && not (List.mem_assoc s Op.all)

let constant c =
  let rec shortest digits =
    let text = Printf.sprintf "%.*g" digits c in
    if digits >= 17 || float_of_string text = c then text else shortest (digits + 1)
  in
  shortest 1

let weight = function
  | "sub" | "div" | "sqrt" | "exp" | "log" | "sin" | "cos" | "inv" | "cube" -> -1.
  | "neg" -> -2.
  | _ -> 0.

let constant_weight = -1.

(* What a primitive does with rows: an operation, an input or a constant. *)
let meaning (points : Points.t) ~at ~types ~units rows name =
  match List.assoc_opt name Op.all with
  | Some op -> Rows.apply rows op
  | None -> (
    let rec position i = if i = Array.length points.names then None else if points.names.(i) = name then Some i else position (i + 1) in
    match position 0 with
    | Some i ->
      let values, derivatives = Points.input points ~at i in
      let sign = Option.value ~default:Expression_sign.any (List.assoc_opt name types) in
      let unit = Option.value ~default:Expression_unit.number (List.assoc_opt name units) in
      Rows.leaf rows ~values ~derivatives:(Some derivatives) ~sign ~unit
    | None -> (
      match float_of_string_opt name with
      | Some c ->
        Rows.leaf rows ~values:(Array.make (Array.length at) c) ~derivatives:None ~sign:(Expression_sign.of_float c)
          ~unit:Expression_unit.number
      | None -> raise Not_found))

type search = { enough : float; rows : Rows.t; ranking : Ranking.t; meaning : string -> int array -> bool }

let search ?units points ~at ~types ~room ~terms ~enough =
  let rows = Points.rows ?units:(Option.map fst units) points ~at ~typed:(types <> None) ~ordered:true in
  let units = Option.fold ~none:[] ~some:snd units in
  let latent = Points.latent points ~at in
  {
    enough;
    rows;
    ranking = Ranking.create rows ~latent ~room ~terms;
    meaning = meaning points ~at ~types:(Option.value ~default:[] types) ~units rows;
  }

let ranking s = s.ranking

let table s =
  (module struct
    type column = Rows.t

    let column ty = if Ty.equal ty Op.real then s.rows else raise Not_found
    let operation name ~arguments:_ ~result:_ = s.meaning name

    let put rows rank =
      Rows.put rows rank;
      Ranking.offer s.ranking rank

    let hash = Rows.hash
    let equal = Rows.equal
    let fits _ = Ranking.least s.ranking < s.enough
    let bytes = Rows.bytes
  end : Search.Table.S)

type values = { all : Rows.t; operation : string -> int array -> bool }

let values (points : Points.t) =
  let at = Points.everywhere points in
  let all = Points.rows points ~at ~typed:false ~ordered:false in
  let known = Hashtbl.create 16 in
  let operation name =
    match Hashtbl.find_opt known name with
    | Some run -> run
    | None ->
      let run = meaning points ~at ~types:[] ~units:[] all name in
      Hashtbl.add known name run;
      run
  in
  { all; operation }

exception Undefined

let value v term =
  let next = ref 0 in
  let rec scratch term =
    match Term.spine term with
    | Primitive { name }, arguments ->
      let ranks = Array.of_list (List.map kept arguments) in
      if not (v.operation name ranks) then raise Undefined
    | _ -> invalid_arg "Expression_domain.value"
  and kept term =
    scratch term;
    let rank = !next in
    Rows.put v.all rank;
    incr next;
    rank
  in
  match scratch term with () -> Rows.derive v.all; Some v.all | exception Undefined -> None
