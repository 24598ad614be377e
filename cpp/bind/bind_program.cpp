// Programs: made from what the tracer wrote, evaluated on arrays, or given to a run as a field.
#include <algorithm>

#include "bind/arrays.hpp"
#include "bind/bind.hpp"
#include "bind/outside.hpp"
#include "integrate/compiled.hpp"
#include "simd/float_control.hpp"
#include "threads/for_each_tile.hpp"

namespace maruyama {

namespace {

using Codes = py::array_t<std::int32_t, py::array::c_style>;
using Numbers64 = py::array_t<double, py::array::c_style>;
using InstructionTuple = std::tuple<std::string, Codes, std::vector<Codes>, std::optional<Numbers64>>;

template <class T>
std::vector<T> to_vector(const py::array_t<T, py::array::c_style>& array) {
  return std::vector<T>(array.data(), array.data() + array.size());
}

std::vector<ValueCodes> to_codes(const std::vector<Codes>& arrays) {
  std::vector<ValueCodes> codes;
  std::transform(arrays.begin(), arrays.end(), std::back_inserter(codes), to_vector<std::int32_t>);
  return codes;
}

std::vector<Instruction> to_instructions(const std::vector<InstructionTuple>& tuples) {
  std::vector<Instruction> instructions;
  for (const auto& [operation, out, operands, weights] : tuples)
    instructions.push_back(
        {operation, to_vector(out), to_codes(operands), weights ? to_vector(*weights) : std::vector<double>{}});
  return instructions;
}

// A program and the dtype it was traced for.
struct TypedProgram {
  std::string dtype;
  std::shared_ptr<const Program> program;
};

template <class T>
Compiled::Inputs read_inputs(const Numbers& inputs) {
  if (!inputs) return {};
  return {read<T>(*inputs, "inputs"), inputs->size()};
}

template <class T>
std::vector<py::object> evaluate(const Program& program, const py::array& x, double t, const Numbers& inputs,
                                 int threads) {
  const ProgramText& text = program.text();
  require(x.ndim() == 2 && x.shape(1) == text.dim, "x is not (paths, dim)");
  const Size paths = x.shape(0);
  const Compiled field(std::shared_ptr<const Program>(&program, [](const Program*) {}), 0, read_inputs<T>(inputs),
                       sizeof(T));
  field.require_fits({paths, text.dim, program.width(0), paths, false, sizeof(T)});
  std::vector<py::array_t<T>> results;
  std::vector<T*> memory;
  for (std::size_t output = 0; output < text.outputs.size(); ++output) {
    results.emplace_back(std::vector<Size>{paths, program.width(output)});
    memory.push_back(results.back().mutable_data());
  }
  const T* states = read<T>(x, "x");
  {
    Monitor monitor(outside(Py_None, 0));
    const WithoutGil released(monitor);
    const Size rows = Machine<T>::lanes_for(program) * 16;
    for_each_tile(divide_up(paths, rows), threads, monitor, [&](Tiles::Hand& tiles) {
      CompiledEvaluator<T> evaluator(field, monitor);
      Tile<T> tile;
      tile.dim = text.dim;
      tile.allocate(rows * text.dim);
      for (Size number; (number = tiles.next()) >= 0;) {
        tile.first_row = number * rows;
        tile.rows = std::min(rows, paths - tile.first_row);
        std::copy_n(states + tile.first_row * text.dim, tile.values(), tile.x);
        evaluator.begin(tile);
        evaluator(tile, t);
        for (std::size_t output = 0; output < memory.size(); ++output)
          std::copy_n(evaluator.output(output).data, tile.rows * program.width(output),
                      memory[output] + tile.first_row * program.width(output));
        monitor.advance(tile.rows);
      }
    });
  }
  return {results.begin(), results.end()};
}

// One operation of the table on flat arrays; those of one value are that value for all lanes.
template <class T>
py::object apply(const std::string& name, const std::vector<py::array>& arrays) {
  const WithFloats standard(FloatControl::standard());
  const int number = operation_number(name);
  require(number >= 0, "the operation is not known");
  require(arrays.size() == static_cast<std::size_t>(kOperations[number].operands), "operands are missing");
  Size count = 1;
  for (const py::array& array : arrays) count = std::max(count, Size{array.size()});
  const Size padded = round_up(count, kLaneBlock);
  Buffer<T> operands[kMostOperands], result;
  const T* in[kMostOperands] = {};
  ElementwiseGroup<T> group{};
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const bool uniform = arrays[i].size() == 1;
    require(uniform || arrays[i].size() == count, "the operands are not of one length");
    T* values = operands[i].at_least(padded);
    const T* given = read<T>(arrays[i], "operand");
    std::fill_n(std::copy_n(given, arrays[i].size(), values), padded - arrays[i].size(), uniform ? *given : T{1});
    in[i] = values;
    group.in[i] = &in[i];
    group.step[i] = uniform ? 0 : 1;
  }
  T* out = result.at_least(padded);
  group.out = &out;
  group.count = 1;
  group.lanes = padded;
  kernels().of<T>().elementwise[number][uniform_kind(group, kOperations[number].operands)](group);
  py::array_t<T> values(count);
  std::copy_n(out, count, values.mutable_data());
  return std::move(values);
}

py::dict operations() {
  py::dict names;
  for (const OperationInfo& known : kOperations) names[known.name] = known.operands;
  return names;
}

}  // namespace

void bind_program(py::module_& m) {
  py::class_<TypedProgram>(m, "Program", "A traced field: see cpp/program/program.hpp for its text.")
      .def(py::init([](const std::string& dtype, Size dim, Size inputs, const Numbers64& constants, Size slots,
                       Size t_slots, const std::vector<InstructionTuple>& t_instructions,
                       const std::vector<InstructionTuple>& instructions, const Codes& exports,
                       const std::vector<Codes>& outputs) {
             with_dtype_named(dtype, [](auto) {});
             return TypedProgram{dtype,
                                 std::make_shared<const Program>(ProgramText{
                                     dim, inputs, to_vector(constants), slots, t_slots, to_instructions(t_instructions),
                                     to_instructions(instructions), to_vector(exports), to_codes(outputs)})};
           }),
           py::arg("dtype"), py::arg("dim"), py::arg("inputs"), py::arg("constants"), py::arg("slots"),
           py::arg("t_slots"), py::arg("t_instructions"), py::arg("instructions"), py::arg("exports"),
           py::arg("outputs"))
      .def_property_readonly("operations", [](const TypedProgram& self) { return self.program->operations(); })
      .def_property_readonly("registers", [](const TypedProgram& self) { return self.program->text().slots; })
      .def_property_readonly("lanes",
                             [](const TypedProgram& self) {
                               return with_dtype_named(self.dtype, [&](auto type) {
                                 return Machine<decltype(type)>::lanes_for(*self.program);
                               });
                             })
      .def(
          "with_last_constants",
          [](const TypedProgram& self, const Numbers64& numbers) {
            return TypedProgram{self.dtype, self.program->with_last_constants(to_vector(numbers))};
          },
          py::arg("numbers"))
      .def(
          "evaluate",
          [](const TypedProgram& self, const py::array& x, double t, const Numbers& inputs, int threads) {
            return with_dtype_named(
                self.dtype, [&](auto type) { return evaluate<decltype(type)>(*self.program, x, t, inputs, threads); });
          },
          py::arg("x"), py::arg("t"), py::arg("inputs") = py::none(), py::arg("threads") = 1);

  py::class_<Compiled, Field>(m, "Compiled", "An output of a program as a field.")
      .def(py::init([](const TypedProgram& program, std::size_t output, const Numbers& inputs) {
             require(output < program.program->text().outputs.size(), "the program has no such output");
             return with_dtype_named(program.dtype, [&](auto type) {
               using T = decltype(type);
               return Compiled(program.program, output, read_inputs<T>(inputs), sizeof(T));
             });
           }),
           py::arg("program"), py::arg("output"), py::arg("inputs") = py::none(), py::keep_alive<1, 2>(),
           py::keep_alive<1, 4>());

  m.def("operations", operations, "The elementwise operations of programs: name -> number of operands.");
  m.def(
      "apply",
      [](const std::string& name, const py::args& operands) {
        std::vector<py::array> arrays;
        for (const py::handle operand : operands) arrays.push_back(py::cast<py::array>(operand));
        require(!arrays.empty(), "operands are missing");
        return with_dtype_of(arrays[0], [&](auto type) { return apply<decltype(type)>(name, arrays); });
      },
      py::arg("name"), "One operation of the table on flat arrays of one dtype.");
}

}  // namespace maruyama
