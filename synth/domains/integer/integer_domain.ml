open Tabular

let name = "integer"
let primitives = List.map (fun (name, ty, _) -> (name, ty)) Integer_operation.all
let type_of = function Int _ -> Integer_operation.int | Bool _ -> Integer_operation.bool
let constants = [ 0; 1; 2 ]
let constant = string_of_int
let is_constant name = name.[0] = '-' || (name.[0] >= '0' && name.[0] <= '9')
let is_name s = Integer_python.is_name s && s <> "lam" && not (List.mem_assoc s primitives)
let python = Integer_python.expression

let weight = function
  | "add" | "sub" | "eq" | "lt" | "le" | "and" | "or" | "xor" | "not" -> -1.
  | "mul" | "div" | "mod" | "min" | "max" | "abs" | "if" | "if_bool" -> -2.
  | "neg" -> -3.
  | name -> if is_constant name then -1. else 0.

let integer = function Int i -> i | Bool b -> if b then 1 else 0

let table ~inputs ~outputs =
  let n = Array.length outputs in
  let rows cells = Array.map integer cells in
  let inputs = List.map (fun (name, cells) -> (name, rows cells)) inputs and wanted = rows outputs in
  (module struct
    type column = Integer_rows.t

    let column ty =
      if Lambda.Ty.(equal ty Integer_operation.int || equal ty Integer_operation.bool) then Integer_rows.create n
      else raise Not_found

    let operation name ~arguments ~result =
      match (List.find_opt (fun (known, _, _) -> known = name) Integer_operation.all, arguments) with
      | Some (_, _, operation), _ -> Integer_rows.apply operation ~arguments ~result
      | None, [||] ->
        let row =
          match List.assoc_opt name inputs with
          | Some row -> row
          | None -> ( match int_of_string_opt name with Some i -> Array.make n i | None -> raise Not_found)
        in
        Integer_rows.constant row ~result
      | None, _ -> raise Not_found

    let put = Integer_rows.put
    let hash = Integer_rows.hash
    let equal = Integer_rows.equal
    let fits column = Integer_rows.holds column wanted
    let bytes = Integer_rows.bytes
  end : Search.Table.S)
