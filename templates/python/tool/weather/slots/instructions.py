"Weather: get-weather takes a place name and answers current conditions and a forecast.",
