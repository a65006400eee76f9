open Bigarray

type t = { shape : int array; numbers : (float, float64_elt, c_layout) Array1.t }

let mapped path flags ~shared length =
  let file = Unix.openfile path flags 0o600 in
  Fun.protect
    ~finally:(fun () -> Unix.close file)
    (fun () -> array1_of_genarray (Unix.map_file file Float64 c_layout shared [| length |]))

let read ~dimensions d =
  Decode.only d [ "path"; "shape" ];
  let path = Decode.field d "path" Decode.string in
  let shape =
    Decode.field d "shape" (fun d ->
        let shape = Array.of_list (Decode.list Decode.positive_int d) in
        if Array.length shape <> dimensions then Decode.expected d (Printf.sprintf "%d numbers" dimensions);
        shape)
  in
  let where = Decode.where d in
  Invalid.describing where (fun () ->
      let length = Array.fold_left ( * ) 1 shape and bytes = (Unix.stat path).st_size in
      if bytes <> 8 * length then
        Invalid.error where ~found:(Printf.sprintf "%s: %d bytes" path bytes) ~expected:(Printf.sprintf "%d bytes" (8 * length));
      let numbers = mapped path [ O_RDONLY ] ~shared:false length in
      for i = 0 to length - 1 do
        if not (Float.is_finite (Array1.get numbers i)) then
          Invalid.error where
            ~found:(Printf.sprintf "%h in row %d" (Array1.get numbers i) (i / (length / shape.(0))))
            ~expected:"finite numbers"
      done;
      { shape; numbers })

let write ~field path ~shape fill =
  Invalid.describing field (fun () ->
      let length = Array.fold_left ( * ) 1 shape in
      if length = 0 then Unix.close (Unix.openfile path [ O_CREAT; O_TRUNC; O_WRONLY ] 0o600)
      else begin
        let numbers = mapped path [ O_CREAT; O_TRUNC; O_RDWR ] ~shared:true length in
        let width = length / shape.(0) in
        let row = Array.make width 0. in
        for i = 0 to shape.(0) - 1 do
          fill i row;
          Array.iteri (fun j x -> Array1.set numbers ((i * width) + j) x) row
        done
      end)
